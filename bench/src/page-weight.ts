import { gzipSync } from 'node:zlib'
import { host, type RunningServer } from './server-process.ts'
import { call, type Merchant } from './store.ts'

export interface PageWeight {
  /** Compressed bytes of the page and of each thing of ours that it loads. */
  parts: Readonly<Record<string, number>>
  bytes: number
}

const compressed = (body: ArrayBuffer): number => gzipSync(Buffer.from(body)).length

async function fetched(url: string): Promise<{ body: ArrayBuffer; text: string }> {
  const answer = await fetch(url, { headers: { 'accept-language': 'en' } })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  const body = await answer.arrayBuffer()
  return { body, text: Buffer.from(body).toString() }
}

/** What a browser loads with the page: styles, scripts and images. */
const loadedBy = (html: string): string[] => [
  ...new Set(
    [...html.matchAll(/<(?:script|img|link)\b[^>]*?\b(?:src|href)="([^"]+)"/g)]
      .map(([, address]) => address as string)
      .filter((it) => !it.startsWith('data:')),
  ),
]

/** Weighs the payment page of a new intent, all in all. */
export async function weighPage(server: RunningServer, merchant: Merchant): Promise<PageWeight> {
  const body = { amount: 1250, currency: 'eur', description: 'A page to weigh' }
  const { secret: key } = merchant
  const path = '/v2/payment_intents/'
  const intent = await call<{ url: string }>(server, { method: 'POST', path, key, body })
  const address = `http://${host}:${server.port}${new URL(intent.url).pathname}`
  const page = await fetched(address)
  const parts: Record<string, number> = { page: compressed(page.body) }
  for (const it of loadedBy(page.text)) {
    parts[it] = compressed((await fetched(new URL(it, address).href)).body)
  }
  return { parts, bytes: Object.values(parts).reduce((sum, it) => sum + it, 0) }
}
