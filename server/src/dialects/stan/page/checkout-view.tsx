import { countries } from '@obole/sepa/country.js'
import { formatMoney } from '../../../kernel/money.ts'
import type { Details, ShippingMethod } from '../../../stan/ask-merchant.ts'
import { documentOf, type HtmlAnswer } from '../../page/document.tsx'
import { ErrorSummary, Field, Select } from '../../page/fields.tsx'
import { action } from '../../page/form-view.tsx'
import { AlertIcon, ArrowIcon } from '../../page/icons.tsx'
import type { FieldError, Order } from '../../page/page-model.ts'
import { Footer, OrderSummary, TestBanner } from '../../page/page-view.tsx'
import { safeUrl } from '../../page/return-address.ts'
import { baseStyle, pageStyle } from '../../page/style.ts'
import { fill, texts } from '../../page/texts/language.ts'
import type { Lang, Texts } from '../../page/texts/texts.ts'
import type { DetailErrors, DetailField, DetailValues } from './parse-details.ts'

interface Frame {
  lang: Lang
  address: string
  order: Order
  csrf: string
}

interface DetailsStep {
  step: 'details'
  values: DetailValues
  errors: DetailErrors
}

interface ShippingStep {
  step: 'shipping'
  details: Details
  /** What the page must be given back as it is. */
  carried: string
  methods: readonly ShippingMethod[]
  chosen: string | null
  errors: { shipping?: FieldError }
}

export type CheckoutModel = Frame & (DetailsStep | ShippingStep)

/** All countries in the order of the alphabet of this language. */
function countryNames(lang: Lang): { value: string; text: string }[] {
  const names = new Intl.DisplayNames(lang, { type: 'region' })
  return countries
    .map((value) => ({ value, text: names.of(value) ?? value }))
    .sort((one, other) => one.text.localeCompare(other.text, lang))
}

const choices = { fr: countryNames('fr'), en: countryNames('en') } satisfies Record<Lang, unknown>

interface StepProps<Step> {
  t: Texts
  model: Frame & Step
}

/** What a keyboard on a screen goes by. */
const kinds = {
  text: { type: 'text', spellcheck: false },
  email: { type: 'email', autocapitalize: 'none', spellcheck: false },
  tel: { type: 'tel' },
} as const

interface TextProps extends StepProps<DetailsStep> {
  name: DetailField
  autocomplete: string
  hint?: string
  optional?: boolean
  type?: keyof typeof kinds
}

function Text({ t, model, name, autocomplete, hint, optional, type = 'text' }: TextProps) {
  return (
    <Field
      t={t}
      name={name}
      label={t.checkout[name]}
      error={model.errors[name]}
      {...(hint && { hint })}
      {...(optional && { optional })}
      input={{
        ...kinds[type],
        autocomplete,
        value: model.values[name],
        enterkeyhint: 'next',
      }}
    />
  )
}

function DetailsForm(props: StepProps<DetailsStep>) {
  const { t, model } = props
  const { checkout: words } = t
  return (
    <form class="panel stack" method="post" action={action(model)} novalidate>
      <ErrorSummary t={t} errors={model.errors} />
      <h2 class="part">{words.title}</h2>
      <Text {...props} name="email" type="email" autocomplete="email" hint={words.email_hint} />
      <div class="two">
        <Text {...props} name="firstname" autocomplete="given-name" />
        <Text {...props} name="lastname" autocomplete="family-name" />
      </div>
      <h2 class="part">{words.address}</h2>
      <Text {...props} name="street" autocomplete="shipping address-line1" />
      <Text {...props} name="street2" autocomplete="shipping address-line2" optional />
      <div class="two">
        <Text {...props} name="zip" autocomplete="shipping postal-code" />
        <Text {...props} name="city" autocomplete="shipping address-level2" />
      </div>
      <Select
        t={t}
        name="country"
        label={words.country}
        error={model.errors.country}
        autocomplete="shipping country"
        value={model.values.country}
        options={[{ value: '', text: words.choose }, ...choices[model.lang]]}
      />
      <Text
        {...props}
        name="phone"
        type="tel"
        autocomplete="shipping tel"
        hint={words.phone_hint}
        optional
      />
      <Next t={t} csrf={model.csrf} />
    </form>
  )
}

function Next({ t, csrf }: { t: Texts; csrf: string }) {
  return (
    <div>
      <input type="hidden" name="csrf" value={csrf} />
      <button type="submit" class="btn">
        <span class="spin" aria-hidden="true" />
        {t.checkout.next}
        <ArrowIcon size={18} />
      </button>
    </div>
  )
}

/** Where it goes, and a way to change it: a form of its own, so that Enter goes on. */
function Recipient({ t, model }: StepProps<ShippingStep>) {
  const { address, firstname, lastname } = model.details
  const lines = [
    `${firstname} ${lastname}`,
    address.street_address,
    address.street_address_line2,
    `${address.zip_code} ${address.locality}`,
  ]
  return (
    <form class="saved" method="post" action={action(model)}>
      <p>
        <span class="soft">{t.checkout.deliver_to}</span>
        {lines.map((line, at) => line && <span key={String(at)}>{line}</span>)}
      </p>
      <input type="hidden" name="csrf" value={model.csrf} />
      <input type="hidden" name="carried" value={model.carried} />
      <button type="submit" class="as-link" name="action" value="change">
        {t.checkout.change}
        <span class="vh"> {t.checkout.address}</span>
      </button>
    </form>
  )
}

function Methods({ t, model }: StepProps<ShippingStep>) {
  const { methods, chosen, errors, order, lang } = model
  const error = errors.shipping
  return (
    <fieldset class="field" aria-describedby={error ? 'shipping-error' : undefined}>
      <legend class="label">{t.checkout.shipping}</legend>
      <div class="choice">
        {methods.map(({ id, label, cost }, at) => (
          <label key={id}>
            <input
              type="radio"
              name="shipping"
              id={at === 0 ? 'shipping' : undefined}
              value={id}
              checked={id === chosen}
            />
            <span>{label}</span>
            <b class="num">
              {cost === 0n ? t.checkout.free : formatMoney(cost, order.currency, lang)}
            </b>
          </label>
        ))}
      </div>
      {error && (
        <p class="err" id="shipping-error">
          <AlertIcon size={16} />
          <span>{t.errors[error.code]}</span>
        </p>
      )}
    </fieldset>
  )
}

function ShippingForm({ t, model }: StepProps<ShippingStep>) {
  return (
    <div class="panel stack">
      <ErrorSummary t={t} errors={model.errors} />
      <Recipient t={t} model={model} />
      <form class="stack" method="post" action={action(model)}>
        <Methods t={t} model={model} />
        <input type="hidden" name="carried" value={model.carried} />
        <Next t={t} csrf={model.csrf} />
      </form>
    </div>
  )
}

function Checkout({ t, model }: { t: Texts; model: CheckoutModel }) {
  const { order, lang, address } = model
  return (
    <div class="page" data-messages="init">
      {!order.live && <TestBanner t={t} />}
      <main class="split">
        <OrderSummary t={t} order={order} lang={lang} />
        {model.step === 'details' ? (
          <DetailsForm t={t} model={model} />
        ) : (
          <ShippingForm t={t} model={model} />
        )}
      </main>
      <Footer
        t={t}
        lang={lang}
        address={address}
        safe={fill(t.checkout.secure, { merchant: order.merchant })}
        leave={safeUrl(order.return_url)}
        languages={model.step === 'details'}
      />
    </div>
  )
}

/** The whole answer for a step of a checkout: one document and its headers. Pure. */
export function renderCheckout(model: CheckoutModel): HtmlAnswer {
  const t = texts[model.lang]
  const wrong = Object.keys(model.errors).length > 0
  const title = model.step === 'details' ? t.checkout.title : t.checkout.shipping
  return documentOf({
    status: wrong ? 422 : 200,
    lang: model.lang,
    title: `${wrong ? `${t.error_prefix} · ` : ''}${title} · ${model.order.merchant}`,
    style: baseStyle + pageStyle,
    body: <Checkout t={t} model={model} />,
  })
}
