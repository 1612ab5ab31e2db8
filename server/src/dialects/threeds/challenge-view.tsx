import { type Currency, formatMoney } from '../../kernel/money.ts'
import { documentOf, type HtmlAnswer } from '../page/document.tsx'
import { AlertIcon, ArrowIcon, BankIcon, brandName, ClockIcon, LockIcon } from '../page/icons.tsx'
import { Languages } from '../page/languages.tsx'
import { safeUrl } from '../page/return-address.ts'
import { baseStyle } from '../page/style.ts'
import { fill, texts } from '../page/texts/language.ts'
import type { Lang, Texts } from '../page/texts/texts.ts'
import { challengeStyle } from './challenge-style.ts'

/** What a button of the challenge posts as `action`; `accept` comes with a `code`. */
export const challengeActions = ['accept', 'refuse', 'cancel', 'error', 'expire'] as const
export type ChallengeAction = (typeof challengeActions)[number]

/** The bank asks: this payment, this code. */
export interface AskingChallenge {
  state: 'challenge'
  csrf: string
  merchant: string
  amount: bigint
  currency: Currency
  brand: string
  last4: string
  at: Date
  /** Shown on the page, as if it came by message: six digits. */
  code: string
  error: 'missing' | 'wrong' | null
  tries_left: number
}

export type ChallengeModel = { lang: Lang; address: string } & (
  | AskingChallenge
  | { state: 'over' }
  | { state: 'not_found' }
  /** Answered: on to where the payment goes on. */
  | { state: 'done'; url: string }
)

type AskingModel = ChallengeModel & AskingChallenge

const style = baseStyle + challengeStyle

const inHalves = (code: string): string => code.replace(/^(\d{3})(?=\d{3}$)/, '$1 ')

function errorText(t: Texts, model: AskingChallenge): string | null {
  const { code_missing, code_wrong_one, code_wrong_many } = t.challenge
  if (model.error === 'missing') return code_missing
  if (model.error === null) return null
  return model.tries_left === 1
    ? code_wrong_one
    : fill(code_wrong_many, { count: model.tries_left })
}

function Facts({ t, model }: { t: Texts; model: AskingModel }) {
  const { merchant, amount, card, date } = t.challenge
  const day = new Intl.DateTimeFormat(model.lang === 'en' ? 'en-GB' : model.lang, {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(model.at)
  return (
    <dl class="facts">
      <div>
        <dt>{amount}</dt>
        <dd class="num sum">{formatMoney(model.amount, model.currency, model.lang)}</dd>
      </div>
      <div>
        <dt>{merchant}</dt>
        <dd>{model.merchant}</dd>
      </div>
      <div>
        <dt>{card}</dt>
        <dd class="num">
          {brandName(model.brand)} <span aria-hidden="true">•••• </span>
          {model.last4}
        </dd>
      </div>
      <div>
        <dt>{date}</dt>
        <dd class="num">{day}</dd>
      </div>
    </dl>
  )
}

function CodeField({ t, model }: { t: Texts; model: AskingModel }) {
  const wrong = errorText(t, model)
  return (
    <div class="field">
      <label for="code">{t.challenge.code}</label>
      <input
        class="in code"
        type="text"
        id="code"
        name="code"
        inputMode="numeric"
        autocomplete="one-time-code"
        enterkeyhint="done"
        spellcheck={false}
        aria-required="true"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? 'code-hint code-error' : 'code-hint'}
        data-errors={`code_missing|${t.challenge.code_missing}`}
      />
      <p class="hint" id="code-hint">
        {t.challenge.code_hint}
      </p>
      {wrong && (
        <p class="err" id="code-error">
          <AlertIcon size={16} />
          <span>{wrong}</span>
        </p>
      )}
    </div>
  )
}

function Answer({ action, label }: { action: ChallengeAction; label: string }) {
  return (
    <button type="submit" class="btn quiet" name="action" value={action} data-skip>
      {label}
    </button>
  )
}

function Challenge({ t, model }: { t: Texts; model: AskingModel }) {
  const { challenge } = t
  const wrong = errorText(t, model)
  return (
    <form
      class="panel stack"
      method="post"
      action={`${model.address}?lang=${model.lang}`}
      novalidate
      data-pay
    >
      {wrong && (
        <div class="alert" role="alert" tabIndex={-1} id="problem">
          <h2>
            <AlertIcon />
            <a href="#code">{wrong}</a>
          </h2>
        </div>
      )}
      <div>
        <h1>{challenge.title}</h1>
        <p>{challenge.lead}</p>
      </div>
      <Facts t={t} model={model} />
      <div class="sms">
        <p>
          {challenge.sms} <b class="num">{inHalves(model.code)}</b>
        </p>
        <button type="button" class="use" hidden data-fill={`code=${model.code}`}>
          {t.hints.use}
          <span class="vh"> {model.code}</span>
        </button>
      </div>
      <CodeField t={t} model={model} />
      <div>
        <input type="hidden" name="csrf" value={model.csrf} />
        <button type="submit" class="btn" name="action" value="accept">
          <span class="spin" aria-hidden="true" />
          <LockIcon size={18} />
          {challenge.accept}
        </button>
        <p class="working vh" role="status" data-working={t.working} />
        <div class="pair">
          <Answer action="refuse" label={challenge.refuse} />
          <Answer action="cancel" label={challenge.cancel} />
        </div>
      </div>
      <details class="more">
        <summary>{challenge.more}</summary>
        <p class="hint">{challenge.more_hint}</p>
        <div class="pair">
          <Answer action="error" label={challenge.fail} />
          <Answer action="expire" label={challenge.expire} />
        </div>
      </details>
    </form>
  )
}

const outcomeOf = (t: Texts, model: Exclude<ChallengeModel, AskingModel>) =>
  model.state === 'not_found' ? t.not_found : t.challenge[model.state]

function Outcome({ t, model }: { t: Texts; model: Exclude<ChallengeModel, AskingModel> }) {
  const { title, text } = outcomeOf(t, model)
  const url = model.state === 'done' ? safeUrl(model.url) : null
  return (
    <section class="panel result stack">
      <div class="badge" aria-hidden="true">
        {model.state === 'done' ? <ArrowIcon size={34} /> : <ClockIcon size={34} />}
      </div>
      <h1>{title}</h1>
      <p>{text}</p>
      {url && (
        <a class="btn" href={url} rel="noreferrer">
          {t.challenge.done.link}
          <ArrowIcon size={18} />
        </a>
      )}
    </section>
  )
}

function Bank({ t, model }: { t: Texts; model: ChallengeModel }) {
  const url = model.state === 'done' ? safeUrl(model.url) : null
  return (
    <div class="page" data-go={url ? 'bank' : undefined} data-go-url={url ?? undefined}>
      <header class="bar">
        <p>
          <BankIcon size={24} />
          {t.challenge.bank}
          <span class="safe">
            <LockIcon size={14} />
            3-D Secure
          </span>
        </p>
      </header>
      <main>
        <p class="notice">
          <AlertIcon />
          {t.challenge.notice}
        </p>
        {model.state === 'challenge' ? (
          <Challenge t={t} model={model} />
        ) : (
          <Outcome t={t} model={model} />
        )}
      </main>
      {model.state !== 'done' && (
        <footer class="foot">
          <Languages t={t} address={model.address} lang={model.lang} />
        </footer>
      )}
    </div>
  )
}

/**
 * The whole answer of the test bank's page: one document and its headers, under the same policy.
 * Pure.
 */
export function renderChallenge(model: ChallengeModel): HtmlAnswer {
  const t = texts[model.lang]
  const { title } = model.state === 'challenge' ? t.challenge : outcomeOf(t, model)
  const wrong = model.state === 'challenge' && model.error !== null
  const url = model.state === 'done' ? safeUrl(model.url) : null
  return documentOf({
    status: model.state === 'not_found' ? 404 : wrong ? 422 : 200,
    lang: model.lang,
    title: `${wrong ? `${t.error_prefix} · ` : ''}${title} · ${t.challenge.bank}`,
    style,
    body: <Bank t={t} model={model} />,
    refresh: url ? { seconds: 0, url } : undefined,
  })
}
