/**
 * States what the types cannot say. A failure is a bug of ours: the caller sees a 500 with the
 * request id.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}

/** Closes an exhaustive switch: a new member of the union does not compile until it is handled. */
export const unreachable = (value: never): never => {
  throw new Error(`assertion failed: unexpected value ${JSON.stringify(value)}`)
}
