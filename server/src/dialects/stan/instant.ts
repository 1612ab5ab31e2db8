/** A moment as Stan writes it; all of them are whole seconds. Pure. */
export const instant = (at: Date): string => at.toISOString().replace(/\.000Z$/, 'Z')
