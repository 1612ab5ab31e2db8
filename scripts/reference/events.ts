import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type EventObject, eventObjects, eventSchemas, eventSorts } from '@obole/contract/events.js'

export const eventPage = 'docs/reference/events.md'

const introduction = `# Events

Whatever happens to an object is told by an event, in the same commit: \`payment.captured\`. Events
are read at \`GET /v2/events/\`, followed at \`GET /v2/events/stream\` or with \`obole listen\`, and
sent to webhooks. Each has a number in the series of its account and mode, which has no gaps:
who keeps the last number that they saw has missed nothing.

An event carries its object in \`data\`, as version 2 of the API showed it at that moment. What was
imported, and what was told by an older release, has none.

This page is written by \`npm run check -- --write\` from \`contract/src/events.ts\`.`

function sectionOf(object: EventObject): string {
  const title = (eventSchemas[object] as { title?: string } | null)?.title
  const rows = eventSorts
    .filter((it) => it.object === object)
    .map(({ type, says }) => `| \`${type}\` | ${says} |`)
  const data = title ? `\`data\` is a \`${title}\`.` : 'It is told by its id; `data` is null.'
  return [`## \`${object}\``, '', data, '', '| Type | When |', '|---|---|', ...rows].join('\n')
}

/** The page of all events, as the catalogue is now. Pure. */
export function eventPageText(): string {
  return `${[introduction, ...eventObjects.map(sectionOf)].join('\n\n')}\n`
}

/** Writes the page. */
export function writeEventPage(root: string): void {
  const path = join(root, eventPage)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, eventPageText())
}
