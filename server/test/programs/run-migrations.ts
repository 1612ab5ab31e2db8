/** A process that opens a database, migrates it, and says whether it worked. */
import { migrate } from '../../src/platform/migrate.ts'
import { type OpenOptions, openDb } from '../../src/platform/open-db.ts'

const [options = '{}', folder = ''] = process.argv.slice(2)
const db = await openDb(JSON.parse(options) as OpenOptions)
await migrate(db, { folder })
await db.close()
