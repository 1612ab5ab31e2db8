import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Order, OrderModel } from './page-model.ts'
import { renderPage } from './render-page.tsx'

const order: Order = {
  live: false,
  merchant: '<b>Zoé & Cie</b>',
  amount: 4590n,
  currency: 'eur',
  description: '"><script>alert(1)</script>',
  order_id: "'--",
  return_url: 'https://shop.example/done?a=1&b="2"',
  payment_status: null,
}
const frame = { lang: 'fr', address: '/ptest_x/paym_x', order } as const
const form: OrderModel = {
  ...frame,
  state: 'form',
  csrf: 'token',
  refusal: null,
  attempts_left: null,
  mandate: null,
  can_cancel: false,
  methods: ['card', 'sepa'],
  method: 'card',
  values: { number: '"><img src=x>' },
  errors: {},
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')
const within = (html: string, tag: string) =>
  [...html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, text]) => text ?? '')

describe('a rendered page', () => {
  it('allows exactly the style and the script that stand in it', () => {
    const { html, headers } = renderPage(form)
    const policy = headers['content-security-policy'] ?? ''
    const [style, ...styles] = within(html, 'style')
    const [script, ...scripts] = within(html, 'script')
    assert.equal(styles.length + scripts.length, 0)
    assert.ok(policy.includes(`style-src 'sha256-${sha256(style ?? '')}';`))
    assert.ok(policy.includes(`script-src 'sha256-${sha256(script ?? '')}';`))
    assert.doesNotMatch(policy, /unsafe|https?:|\*(?!$|;)/)
    assert.match(policy, /default-src 'none';.*form-action 'self';.*frame-ancestors \*/)
    assert.equal(headers['x-frame-options'], undefined)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['referrer-policy'], 'no-referrer')
  })

  it('shows words of merchants and payers as text, never as markup', () => {
    const { html } = renderPage(form)
    assert.doesNotMatch(html, /<b>Zoé|<script>alert|<img|<script[^>]*>alert/)
    assert.match(html, /&lt;script>alert\(1\)/)
  })

  it('asks for nothing outside of itself', () => {
    const { html } = renderPage({ ...form, values: {} })
    assert.doesNotMatch(html, /\ssrc=|@import|url\(|<link(?![^>]*href="data:,")/)
  })

  it('leads nowhere that would run in the page', () => {
    const evil = { ...order, return_url: 'javascript:alert(1)' }
    for (const model of [
      { ...form, order: evil },
      { ...frame, order: evil, state: 'paid' as const },
      {
        ...frame,
        order: evil,
        state: 'redirecting' as const,
        to: 'shop' as const,
        url: 'data:text/html,x',
      },
    ]) {
      assert.doesNotMatch(renderPage(model).html, /"(javascript|data:text)|url=(javascript|data)/)
    }
  })

  it('has no way to hold a security code', () => {
    const csc = /<input[^>]*name="csc"[^>]*>/.exec(renderPage(form).html)?.[0] ?? ''
    assert.match(csc, /autocomplete="cc-csc"/)
    assert.doesNotMatch(csc, /value=/)
  })

  it('answers with the status of its state', () => {
    const status = (over: object) => renderPage({ ...form, ...over } as OrderModel).status
    assert.equal(status({}), 200)
    assert.equal(status({ errors: { csc: { code: 'csc_missing' } } }), 422)
    assert.equal(status({ refusal: 'declined' }), 200)
    for (const state of ['paid', 'refused', 'canceled', 'expired', 'checking']) {
      assert.equal(status({ state }), 200)
    }
    assert.equal(status({ state: 'unavailable' }), 503)
    const bare = { lang: 'en', address: '/x', request_id: null } as const
    assert.equal(renderPage({ ...bare, state: 'not_found' }).status, 404)
    assert.equal(renderPage({ ...bare, state: 'error' }).status, 500)
  })

  it('goes on by itself without a script, and only where it must', () => {
    const refresh = (over: object) =>
      /<noscript><meta http-equiv="refresh" content="([^"]*)"/.exec(
        renderPage({ ...form, ...over } as OrderModel).html,
      )?.[1]
    assert.equal(refresh({}), undefined)
    assert.equal(refresh({ state: 'paid' }), '3;url=https://shop.example/done?a=1&amp;b=%222%22')
    assert.equal(refresh({ state: 'paid', stay: true }), undefined)
    assert.equal(
      refresh({ state: 'redirecting', to: 'bank', url: 'https://bank.example/x' }),
      '0;url=https://bank.example/x',
    )
    assert.equal(refresh({ state: 'checking' }), '3;url=/ptest_x/paym_x?lang=fr')
  })

  it('says in words what a refusal means and never its code', () => {
    const { html } = renderPage({ ...form, refusal: 'declined', attempts_left: 1 } as OrderModel)
    assert.match(html, /Votre banque a refusé ce paiement/)
    assert.match(html, /dernier essai/)
  })
})
