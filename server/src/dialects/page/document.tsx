import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'
import type { Lang } from './texts/texts.ts'

export interface HtmlAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  html: string
}

interface Parts {
  status: number
  lang: Lang
  title: string
  style: string
  body: VNode
  /** Where browsers without scripts go by themselves, and after how long. */
  refresh?: { seconds: number; url: string } | undefined
}

/**
 * What stands in an inline element must not end it. Ours are constants: checked once, when they
 * are loaded.
 */
function inlined(text: string): string {
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error('An inlined text would end its element')
  return text.trim()
}

const script = inlined(readFileSync(new URL('./browser/page.js', import.meta.url), 'utf8'))

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const scriptHash = hash(script)

/**
 * Only what stands in the document runs: no host is trusted, not even our own. Shops frame the
 * page from addresses that we do not know, so any ancestor may; what it can do is bounded by the
 * token of the form. A form cannot be sent elsewhere; that is why other origins are reached by a
 * page in between.
 */
const policy = (style: string): string =>
  [
    "default-src 'none'",
    `script-src ${scriptHash}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    'frame-ancestors *',
    "require-trusted-types-for 'script'",
  ].join('; ')

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(self)',
  'x-robots-tag': 'noindex',
  vary: 'accept-language',
}

function Head({ title, refresh }: Pick<Parts, 'title' | 'refresh'>) {
  return (
    <>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width,initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="format-detection" content="telephone=no" />
      <link rel="icon" href="data:," />
      <title>{title}</title>
      {refresh && (
        <noscript>
          <meta http-equiv="refresh" content={`${refresh.seconds};url=${refresh.url}`} />
        </noscript>
      )}
    </>
  )
}

/** One document that needs no second request, with the headers that hold it to that. */
export function documentOf(parts: Parts): HtmlAnswer {
  const style = inlined(parts.style.replace(/\n\s*/g, ''))
  return {
    status: parts.status,
    headers: { ...headers, 'content-security-policy': policy(style) },
    html: [
      `<!doctype html><html lang="${parts.lang}"><head>`,
      render(<Head title={parts.title} refresh={parts.refresh} />),
      `<style>${style}</style></head><body>`,
      render(parts.body),
      `<script>${script}</script></body></html>`,
    ].join(''),
  }
}
