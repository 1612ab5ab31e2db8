import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { blocksOf } from '../guide.ts'
import { until } from '../obole-process.ts'

const guide = new URL('../../../../docs/guides/receive-webhooks.md', import.meta.url)
/** Beside the compiled tests, where packages are found. */
const fileOf = (name: string) => new URL(`guide-${process.pid}-${name}.mjs`, import.meta.url)

export interface GuideShop {
  /** Verifies as the guide does by hand. */
  isGenuine(body: string, header: string, secret: string): boolean
  /** Runs the guide's shop on a port, with its secret. Throws where the port is taken. */
  open(port: number, signing_secret: string): Promise<{ printed(): string; close(): void }>
  remove(): Promise<void>
}

/** The samples of the guide to webhooks, as they stand there. */
export async function guideShop(): Promise<GuideShop> {
  const samples = blocksOf(await readFile(guide, 'utf8')).filter(
    ({ language }) => language === 'js',
  )
  const [shop, byHand] = ['shop', 'by-hand'].map(fileOf) as [URL, URL]
  await Promise.all([shop, byHand].map((it, n) => writeFile(it, samples[n]?.text ?? '')))
  const { isGenuine } = await import(byHand.href)
  return {
    isGenuine,
    async open(port, signing_secret) {
      const env = { PORT: String(port), SIGNING_SECRET: signing_secret }
      const child = spawn(process.execPath, [fileURLToPath(shop)], { env })
      let text = ''
      child.stdout.on('data', (bytes) => {
        text += bytes
      })
      await until('the shop listens', () => {
        assert.equal(child.exitCode, null, 'the shop has ended')
        return text.includes('listening')
      })
      return { printed: () => text, close: () => child.kill() }
    },
    remove: async () => {
      await Promise.all([shop, byHand].map((it) => rm(it, { force: true })))
    },
  }
}
