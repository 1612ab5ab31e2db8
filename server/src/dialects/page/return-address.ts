const runnable = /^(javascript|data|vbscript|blob|file|filesystem|about|view-source):/i

/**
 * An address that a link may lead to: apps have schemes of their own, but nothing that runs in our
 * page.
 */
export function safeUrl(url: string | null): string | null {
  if (!url || !URL.canParse(url)) return null
  const { href } = new URL(url)
  return runnable.test(href) ? null : href
}

/** What a payer recognises an address by: its host, or the scheme of an app. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return ''
  const { host, protocol } = new URL(url)
  return host || protocol.slice(0, -1)
}
