import { formatMoney } from '../../kernel/money.ts'
import { ErrorSummary } from './fields.tsx'
import { AlertIcon, BankIcon, BrandMark, brandName, CardIcon, LockIcon } from './icons.tsx'
import { CardFields, Mandate, SepaFields } from './method-fields.tsx'
import type { FormState, Method, Order, OrderModel, SavedState } from './page-model.ts'
import { TestHints } from './test-hints.tsx'
import { fill } from './texts/language.ts'
import type { Texts } from './texts/texts.ts'

type FormModel = OrderModel & FormState
type SavedModel = OrderModel & SavedState

export const action = (model: { address: string; lang: string }): string =>
  `${model.address}?lang=${model.lang}`

/** Zero is a card to be kept for later: nothing is paid. */
const payLabel = (t: Texts, order: Order, lang: string): string =>
  order.amount === 0n
    ? t.save_card
    : fill(t.pay, { amount: formatMoney(order.amount, order.currency, lang) })

function Refusal({ t, model }: { t: Texts; model: FormModel | SavedModel }) {
  if (!model.refusal) return null
  return (
    <div class="alert" role="alert" tabIndex={-1} id="problem">
      <h2>
        <AlertIcon />
        {t.refused_title}
      </h2>
      <p>{t.refusals[model.refusal]}</p>
      {model.attempts_left === 1 && <p>{t.last_try}</p>}
    </div>
  )
}

function PayButton({ t, model }: { t: Texts; model: FormModel | SavedModel }) {
  const fixed =
    model.state === 'saved_card' ? 'saved' : model.methods.length === 1 && model.methods[0]
  return (
    <div>
      <input type="hidden" name="csrf" value={model.csrf} />
      {fixed && <input type="hidden" name="method" value={fixed} />}
      <button type="submit" class="btn">
        <span class="spin" aria-hidden="true" />
        <LockIcon size={18} />
        <span class="num">{payLabel(t, model.order, model.lang)}</span>
      </button>
      <p class="working vh" role="status" data-working={t.working} />
    </div>
  )
}

function MethodChoice({ t, model }: { t: Texts; model: FormModel }) {
  const icons: Record<Method, typeof CardIcon> = { card: CardIcon, sepa: BankIcon }
  if (model.methods.length === 1) return null
  return (
    <fieldset class="field">
      <legend class="label">{t.method}</legend>
      <div class="seg">
        {model.methods.map((method) => {
          const Icon = icons[method]
          return (
            <div key={method} class="box">
              <input
                type="radio"
                name="method"
                id={`method-${method}`}
                value={method}
                checked={method === model.method}
              />
              <label for={`method-${method}`}>
                <Icon />
                {t.methods[method]}
              </label>
            </div>
          )
        })}
      </div>
    </fieldset>
  )
}

/**
 * Choose a method and fill it in. Which fields show follows the choice by style alone, so without
 * a script too.
 */
export function PaymentForm({ t, model }: { t: Texts; model: FormModel }) {
  return (
    <form
      class="panel stack"
      method="post"
      action={action(model)}
      novalidate
      data-pay
      data-summary={t.summary_many}
    >
      <ErrorSummary t={t} errors={model.errors} />
      {Object.keys(model.errors).length === 0 && <Refusal t={t} model={model} />}
      <MethodChoice t={t} model={model} />
      {model.methods.includes('card') && <CardFields t={t} model={model} />}
      {model.methods.includes('sepa') && <SepaFields t={t} model={model} />}
      <PayButton t={t} model={model} />
      {!model.order.live && <TestHints t={t} methods={model.methods} />}
    </form>
  )
}

const shortExpiry = (month: number, year: number): string =>
  `${String(month).padStart(2, '0')} / ${String(year % 100).padStart(2, '0')}`

function SavedMethod({ t, saved }: { t: Texts; saved: SavedModel['saved'] }) {
  if (saved.kind === 'sepa') {
    return (
      <div class="saved">
        <BankIcon size={26} />
        <p>
          <b class="num">{fill(t.saved_account, { last4: saved.last4 })}</b>
          {saved.holder && <span class="soft">{saved.holder}</span>}
        </p>
      </div>
    )
  }
  const named = { brand: brandName(saved.brand), last4: saved.last4 }
  const expiry = shortExpiry(saved.exp_month, saved.exp_year)
  return (
    <div class="saved">
      <BrandMark brand={saved.brand} />
      <p>
        <span class="vh">{fill(t.saved_card, named)}</span>
        <b class="num" aria-hidden="true">
          {named.brand} •••• {saved.last4}
        </b>
        <span class="soft num">{fill(t.card_expires, { expiry })}</span>
      </p>
    </div>
  )
}

/** The intent already has a card or account: the payer only confirms. */
export function SavedForm({ t, model }: { t: Texts; model: SavedModel }) {
  return (
    <form class="panel stack" method="post" action={action(model)} data-pay>
      <Refusal t={t} model={model} />
      <div class="field">
        <h2 class="label">{t.pay_with_saved}</h2>
        <SavedMethod t={t} saved={model.saved} />
      </div>
      {model.saved.kind === 'sepa' && model.mandate && <Mandate t={t} mandate={model.mandate} />}
      <PayButton t={t} model={model} />
      {model.can_change && (
        <p class="center">
          <a class="link" href={`${action(model)}&other=1`}>
            {t.other_method}
          </a>
        </p>
      )}
    </form>
  )
}
