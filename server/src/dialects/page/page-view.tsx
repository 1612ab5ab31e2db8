import type { ComponentChildren } from 'preact'
import { formatMoney } from '../../kernel/money.ts'
import { action, PaymentForm, SavedForm } from './form-view.tsx'
import { LockIcon, TestIcon } from './icons.tsx'
import { Languages } from './languages.tsx'
import type { Order, OrderModel, PageModel } from './page-model.ts'
import { BareView, ClosedView, RedirectView } from './result-view.tsx'
import { placeOf, safeUrl } from './return-address.ts'
import { fill } from './texts/language.ts'
import type { Lang, Texts } from './texts/texts.ts'

const initial = (merchant: string): string => (Array.from(merchant.trim())[0] ?? '').toUpperCase()

export function TestBanner({ t }: { t: Texts }) {
  return (
    <header class="test">
      <p>
        <TestIcon size={18} />
        <span>
          <b>{t.test_mode}</b> · {t.test_mode_hint}
        </span>
      </p>
    </header>
  )
}

function Basket({ t, order, lang }: { t: Texts; order: Order; lang: Lang }) {
  const { items = [], currency } = order
  if (items.length === 0) return null
  const count = items.reduce((sum, it) => sum + it.quantity, 0)
  return (
    <details class="basket" open={items.length <= 3}>
      <summary>{count === 1 ? t.item_one : fill(t.item_many, { count })}</summary>
      <ul>
        {items.map((it, at) => (
          <li key={String(at)}>
            <p>
              <b>{it.title}</b>
              {it.detail && <span class="soft">{it.detail}</span>}
            </p>
            <p class="num">
              {it.quantity} ×{' '}
              {it.unit_price === null ? '–' : formatMoney(it.unit_price, currency, lang)}
            </p>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** The parts of the price that the shop gave, and what they come to. */
function Lines({ t, order, lang }: { t: Texts; order: Order; lang: Lang }) {
  const { lines = [], currency } = order
  if (lines.length === 0) return null
  return (
    <dl class="facts lines">
      {lines.map(({ kind, amount }) => (
        <div key={kind}>
          <dt>{t.lines[kind]}</dt>
          <dd class="num">{formatMoney(kind === 'discount' ? -amount : amount, currency, lang)}</dd>
        </div>
      ))}
      <div class="total">
        <dt>{t.lines.total}</dt>
        <dd class="num">{formatMoney(order.amount, currency, lang)}</dd>
      </div>
    </dl>
  )
}

export function OrderSummary({ t, order, lang }: { t: Texts; order: Order; lang: Lang }) {
  const saves = order.amount === 0n
  return (
    <section class="order">
      <p class="shop" aria-hidden="true">
        <span class="mono">{initial(order.merchant)}</span>
        {order.merchant}
      </p>
      <h1 class={saves ? 'amount words' : 'amount num'}>
        {saves ? (
          fill(t.save_card_for, { merchant: order.merchant })
        ) : (
          <>
            <span class="vh">{fill(t.pay_to, { merchant: order.merchant })} </span>
            {formatMoney(order.amount, order.currency, lang)}
          </>
        )}
      </h1>
      <p class="about">
        {order.description && <span>{order.description}</span>}
        {order.order_id && (
          <span class="num">
            {t.order} {order.order_id}
          </span>
        )}
      </p>
      <Basket t={t} order={order} lang={lang} />
      <Lines t={t} order={order} lang={lang} />
    </section>
  )
}

const isAsking = (model: PageModel): boolean =>
  model.state === 'form' || model.state === 'saved_card'

interface FooterProps extends Pick<PageModel, 'lang' | 'address'> {
  t: Texts
  /** What becomes of that which is typed. */
  safe?: string | undefined
  /** Where a payer goes who does not want to pay. */
  leave?: string | null
  /** The token of the form by which leaving is a decision; absent: a link. */
  cancel?: string | undefined
  languages?: boolean
}

export function Footer({ t, lang, address, safe, leave, cancel, languages }: FooterProps) {
  return (
    <footer>
      {safe && (
        <p class="safe">
          <LockIcon size={16} />
          {safe}
        </p>
      )}
      <div class="ways">
        {leave && cancel === undefined && (
          <a href={leave} target="_top" rel="noreferrer">
            {fill(t.leave, { host: placeOf(leave) })}
          </a>
        )}
        {leave && cancel !== undefined && (
          <form method="post" action={action({ address, lang })}>
            <input type="hidden" name="csrf" value={cancel} />
            <button type="submit" class="as-link" name="action" value="cancel">
              {fill(t.cancel, { host: placeOf(leave) })}
            </button>
          </form>
        )}
        {languages !== false && <Languages t={t} address={address} lang={lang} />}
      </div>
    </footer>
  )
}

function PageFooter({ t, model }: { t: Texts; model: PageModel }) {
  const asking = 'csrf' in model ? model : undefined
  return (
    <Footer
      t={t}
      lang={model.lang}
      address={model.address}
      safe={asking && fill(t.secure, { merchant: asking.order.merchant })}
      leave={asking ? safeUrl(asking.order.return_url) : null}
      cancel={asking?.can_cancel ? asking.csrf : undefined}
      languages={model.state !== 'redirecting'}
    />
  )
}

function Asking({
  t,
  model,
  children,
}: {
  t: Texts
  model: OrderModel
  children: ComponentChildren
}) {
  return (
    <main class="split">
      <OrderSummary t={t} order={model.order} lang={model.lang} />
      {children}
    </main>
  )
}

function Content({ t, model }: { t: Texts; model: PageModel }) {
  switch (model.state) {
    case 'form':
      return (
        <Asking t={t} model={model}>
          <PaymentForm t={t} model={model} />
        </Asking>
      )
    case 'saved_card':
      return (
        <Asking t={t} model={model}>
          <SavedForm t={t} model={model} />
        </Asking>
      )
    case 'redirecting':
      return (
        <main class="single">
          <RedirectView t={t} model={model} />
        </main>
      )
    case 'not_found':
    case 'error':
      return (
        <main class="single">
          <BareView t={t} model={model} />
        </main>
      )
    default:
      return (
        <main class="single">
          <ClosedView t={t} model={model} />
        </main>
      )
  }
}

/** What a window around the page is told, in order, once it is shown. */
function messagesOf(model: PageModel): string[] {
  if (!('order' in model)) return ['init']
  if (model.state === 'redirecting') {
    return model.to === 'bank' ? ['secure-auth-start'] : ['finished']
  }
  const messages = ['init']
  if (model.bank) messages.push(model.bank === 'passed' ? 'secure-auth-end' : 'secure-auth-error')
  if (isAsking(model))
    return 'refusal' in model && model.refusal ? [...messages, 'error'] : messages
  return model.state === 'checking' ? messages : [...messages, 'finished']
}

export function Page({ t, model }: { t: Texts; model: PageModel }) {
  const order = 'order' in model ? model.order : null
  const goes = model.state === 'redirecting' ? { to: model.to, url: safeUrl(model.url) } : null
  return (
    <div
      class="page"
      data-messages={messagesOf(model).join(' ')}
      data-return={safeUrl(order?.return_url ?? null) ?? undefined}
      data-payment-status={order?.payment_status ?? undefined}
      data-go={goes?.to}
      data-go-url={goes?.url ?? undefined}
      data-again={model.state === 'checking' ? action(model) : undefined}
    >
      {order && !order.live && <TestBanner t={t} />}
      <Content t={t} model={model} />
      <PageFooter t={t} model={model} />
    </div>
  )
}
