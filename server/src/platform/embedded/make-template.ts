/**
 * A program: makes the packed data folder. The build runs it; so does a first start that finds
 * none.
 */
import { makeTemplate } from './template.ts'

await makeTemplate(process.argv[2])
