import { setFlagsFromString } from 'node:v8'

/**
 * By itself V8 lets what is old grow to several times what is in use before it looks for garbage
 * again. For requests a fifth more is enough: most of what one makes is gone when it is answered.
 * The flag is the whole process's.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--heap-growing-percent=20')

/** For work that makes much at once: looking so often takes it a fifth longer. */
export const letHeapGrow = (): void => setFlagsFromString('--heap-growing-percent=0')
