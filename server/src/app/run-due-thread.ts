/** A thread of the server for due work. */
import { constants, setPriority } from 'node:os'

// Linux has a priority for each thread; elsewhere this would be the whole process's. The rest is
// loaded with it, which takes half a second.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW)
await import('./serve-due-thread.ts')
