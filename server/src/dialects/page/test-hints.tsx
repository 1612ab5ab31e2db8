import type { Method } from './page-model.ts'
import type { Texts } from './texts/texts.ts'

type Hint = keyof Omit<Texts['hints'], 'title' | 'rule' | 'use'>

/** Published test numbers that show each kind of answer. */
const cards: readonly [number: string, hint: Hint][] = [
  ['4242424242424242', 'accepted'],
  ['4000000000003220', 'bank_check'],
  ['4000000000000002', 'declined'],
  ['4000000000009995', 'funds'],
]

const ibans: readonly [iban: string, holder: string, hint: Hint][] = [
  ['FR1420041010050500013M02606', 'Pierre Martin', 'debit_accepted'],
  ['FR7099253427049384102178149', 'Hector Fauché', 'debit_refused'],
]

const inFours = (text: string): string => text.replace(/.{4}(?=.)/g, '$& ')

function Row({ t, hint, value, fills }: { t: Texts; hint: Hint; value: string; fills: string }) {
  return (
    <li>
      <p>
        <span class="num">{inFours(value)}</span>
        <span class="soft">{t.hints[hint]}</span>
      </p>
      <button type="button" class="use" hidden data-fill={fills}>
        {t.hints.use}
        <span class="vh"> {inFours(value)}</span>
      </button>
    </li>
  )
}

/** In test mode: what to type to see each answer. The script makes each line fill the form. */
export function TestHints({ t, methods }: { t: Texts; methods: readonly Method[] }) {
  return (
    <details class="hints">
      <summary>{t.hints.title}</summary>
      {methods.includes('card') && (
        <div class="for-card">
          <p class="hint">{t.hints.rule}</p>
          <ul>
            {cards.map(([number, hint]) => (
              <Row key={number} t={t} hint={hint} value={number} fills={`number=${number}`} />
            ))}
          </ul>
        </div>
      )}
      {methods.includes('sepa') && (
        <ul class="for-sepa">
          {ibans.map(([iban, holder, hint]) => (
            <Row
              key={iban}
              t={t}
              hint={hint}
              value={iban}
              fills={`iban=${iban}&holder=${encodeURIComponent(holder)}`}
            />
          ))}
        </ul>
      )}
    </details>
  )
}
