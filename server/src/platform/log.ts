import { pino } from 'pino'

/**
 * Lines of JSON. What may be logged is named where it is logged; requests and errors are never
 * dumped whole.
 */
export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error' | 'level'>

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** Written to standard error, so that what commands print can be piped. */
export const createLog = (level: LogLevel): Log =>
  pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))

/**
 * An error as it may be logged: its kind, words and place; never what was passed to a database or a
 * processor.
 */
export const loggable = (error: unknown): Record<string, unknown> =>
  error instanceof Error
    ? { error: error.name, message: error.message, stack: error.stack }
    : { error: String(error) }
