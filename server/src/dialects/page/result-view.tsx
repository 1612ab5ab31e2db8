import type { ComponentType } from 'preact'
import { formatMoney } from '../../kernel/money.ts'
import { action } from './form-view.tsx'
import {
  AlertIcon,
  ArrowIcon,
  BackIcon,
  BankIcon,
  CheckIcon,
  ClockIcon,
  CrossIcon,
  TurnIcon,
} from './icons.tsx'
import type { BareModel, ClosedState, Order, OrderModel, RedirectState } from './page-model.ts'
import { placeOf, safeUrl } from './return-address.ts'
import { fill } from './texts/language.ts'
import type { Texts } from './texts/texts.ts'

export const returnSeconds = 3

type ClosedModel = OrderModel & ClosedState

const looks: Record<
  ClosedState['state'],
  { tone: string; Icon: ComponentType<{ size?: number }> }
> = {
  paid: { tone: 'badge', Icon: CheckIcon },
  checking: { tone: 'badge wait', Icon: ({ size = 20 }) => <TurnIcon size={size} class="turn" /> },
  refused: { tone: 'badge bad', Icon: CrossIcon },
  canceled: { tone: 'badge wait', Icon: CrossIcon },
  expired: { tone: 'badge wait', Icon: ClockIcon },
  refunded: { tone: 'badge', Icon: BackIcon },
  unavailable: { tone: 'badge wait', Icon: AlertIcon },
}

function Facts({ t, order, lang }: { t: Texts; order: Order; lang: string }) {
  return (
    <dl class="facts">
      <div>
        <dt>{t.challenge.merchant}</dt>
        <dd>{order.merchant}</dd>
      </div>
      {order.amount > 0n && (
        <div>
          <dt>{t.challenge.amount}</dt>
          <dd class="num">{formatMoney(order.amount, order.currency, lang)}</dd>
        </div>
      )}
      {order.refunded ? (
        <div>
          <dt>{t.refunded_amount}</dt>
          <dd class="num">{formatMoney(order.refunded, order.currency, lang)}</dd>
        </div>
      ) : null}
      {order.order_id && (
        <div>
          <dt>{t.order}</dt>
          <dd class="num">{order.order_id}</dd>
        </div>
      )}
    </dl>
  )
}

/** The way back: by itself after a moment that the payer can stop, and by a link at once. */
function Return({ t, model, url }: { t: Texts; model: ClosedModel; url: string }) {
  const counts = model.state === 'paid' && !model.stay
  const [before, after] = t.back_soon.split('{seconds}')
  return (
    <div class="field">
      <a class="btn" href={url} target="_top" rel="noreferrer">
        {fill(t.back_to, { host: placeOf(url) })}
        <ArrowIcon size={18} />
      </a>
      {counts && (
        <p class="back" data-count={returnSeconds}>
          <span class="num">
            {before}
            <span data-seconds>{returnSeconds}</span>
            {after}
          </span>
          <a href={`${action(model)}&stay=1`} data-stay>
            {t.stay}
          </a>
        </p>
      )}
    </div>
  )
}

export function closedTitle(t: Texts, model: ClosedModel): { title: string; text: string } {
  return model.state === 'paid' && model.order.amount === 0n ? t.saved : t[model.state]
}

/** Nothing is left to do here: what happened, and the way back. */
export function ClosedView({ t, model }: { t: Texts; model: ClosedModel }) {
  const { tone, Icon } = looks[model.state]
  const { title, text } = closedTitle(t, model)
  const url = safeUrl(model.order.return_url)
  return (
    <section class="panel result stack">
      <div class={tone} aria-hidden="true">
        <Icon size={36} />
      </div>
      <h1 tabIndex={-1}>{title}</h1>
      {model.state === 'refused' && model.refusal && <p>{t.refusals[model.refusal]}</p>}
      <p>
        {model.state === 'refused' && url
          ? fill(t.refused_back, { host: placeOf(url) })
          : fill(text, { merchant: model.order.merchant })}
      </p>
      <Facts t={t} order={model.order} lang={model.lang} />
      {model.state === 'checking' ? (
        <a class="btn quiet" href={action(model)}>
          {t.reload}
        </a>
      ) : url ? (
        <Return t={t} model={model} url={url} />
      ) : (
        <p>{t.close}</p>
      )}
    </section>
  )
}

/** A page in between: a form may not lead to another origin, a page may. */
export function RedirectView({ t, model }: { t: Texts; model: OrderModel & RedirectState }) {
  const outcome = model.to === 'bank' ? t.to_bank : t.to_shop
  const words = { host: placeOf(model.url) }
  return (
    <section class="panel result stack">
      <div class="badge" aria-hidden="true">
        {model.to === 'bank' ? <BankIcon size={34} /> : <ArrowIcon size={34} />}
      </div>
      <h1>{outcome.title}</h1>
      <p>{fill(outcome.text, words)}</p>
      <a
        class="btn"
        href={safeUrl(model.url) ?? undefined}
        target={model.to === 'shop' ? '_top' : undefined}
        rel="noreferrer"
      >
        {fill(outcome.link, words)}
        <ArrowIcon size={18} />
      </a>
    </section>
  )
}

export function BareView({ t, model }: { t: Texts; model: BareModel }) {
  const { title, text } = t[model.state]
  return (
    <section class="panel result stack">
      <div class="badge wait" aria-hidden="true">
        <AlertIcon size={36} />
      </div>
      <h1>{title}</h1>
      <p>{text}</p>
      {model.state === 'error' && (
        <a class="btn quiet" href={action(model)}>
          {t.reload}
        </a>
      )}
      {model.request_id && (
        <p class="soft">
          {t.request} <span class="num">{model.request_id}</span>
        </p>
      )}
    </section>
  )
}
