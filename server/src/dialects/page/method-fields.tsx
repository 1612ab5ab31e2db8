import { Field } from './fields.tsx'
import { BrandMark, idleMarks, typedMarks } from './icons.tsx'
import type { FormState, MandateHead } from './page-model.ts'
import { fill } from './texts/language.ts'
import type { Texts } from './texts/texts.ts'

type FormModel = Pick<FormState, 'values' | 'errors' | 'mandate'>

export function Mandate({ t, mandate }: { t: Texts; mandate: MandateHead }) {
  return (
    <section class="mandate for-sepa" aria-labelledby="mandate">
      <h2 id="mandate">{t.mandate_title}</h2>
      <p>{fill(t.mandate, { creditor: mandate.creditor })}</p>
      <p>{t.mandate_rights}</p>
      {mandate.creditor_id && (
        <p>
          {t.mandate_creditor_id} <span class="num">{mandate.creditor_id}</span>
        </p>
      )}
      {mandate.reference && (
        <p>
          {t.mandate_reference} <span class="num">{mandate.reference}</span>
        </p>
      )}
    </section>
  )
}

/** The mark of what is being typed; all that are taken while nothing is. Filled by the script. */
function BrandShown() {
  return (
    <span class="brand">
      <span data-brand-name role="status" />
      {typedMarks.map((brand) => (
        <BrandMark key={brand} brand={brand} data-brand={brand} hidden />
      ))}
      {idleMarks.map((brand) => (
        <BrandMark key={brand} brand={brand} data-brand="idle" />
      ))}
    </span>
  )
}

export function CardFields({ t, model }: { t: Texts; model: FormModel }) {
  const { values, errors } = model
  return (
    <div class="stack for-card">
      <Field
        t={t}
        name="number"
        label={t.number}
        error={errors.number}
        codes={['number_missing', 'number_short', 'number_invalid']}
        input={{
          type: 'text',
          inputMode: 'numeric',
          autocomplete: 'cc-number',
          enterkeyhint: 'next',
          spellcheck: false,
          placeholder: '1234 1234 1234 1234',
          value: values.number,
        }}
      >
        <BrandShown />
      </Field>
      <div class="two">
        <Field
          t={t}
          name="expiry"
          label={t.expiry}
          hint={t.expiry_hint}
          error={errors.expiry}
          codes={['expiry_missing', 'expiry_invalid', 'expiry_past']}
          input={{
            type: 'text',
            inputMode: 'numeric',
            autocomplete: 'cc-exp',
            enterkeyhint: 'next',
            placeholder: t.expiry_form,
            value: values.expiry,
          }}
        />
        <Field
          t={t}
          name="csc"
          label={t.csc}
          hint={t.csc_hint}
          error={errors.csc}
          codes={['csc_missing', 'csc_invalid']}
          input={{
            type: 'text',
            inputMode: 'numeric',
            autocomplete: 'cc-csc',
            enterkeyhint: 'next',
            maxLength: 4,
            placeholder: '123',
          }}
        />
      </div>
      <Field
        t={t}
        name="name"
        label={t.name}
        error={errors.name}
        optional
        input={{
          type: 'text',
          autocomplete: 'cc-name',
          enterkeyhint: 'done',
          autocapitalize: 'words',
          spellcheck: false,
          value: values.name,
        }}
      />
    </div>
  )
}

export function SepaFields({ t, model }: { t: Texts; model: FormModel }) {
  const { values, errors } = model
  return (
    <div class="stack for-sepa">
      <Field
        t={t}
        name="iban"
        label={t.iban}
        hint={t.iban_hint}
        error={errors.iban}
        codes={['iban_missing', 'iban_country', 'iban_invalid']}
        input={{
          type: 'text',
          autocomplete: 'off',
          autocapitalize: 'characters',
          enterkeyhint: 'next',
          spellcheck: false,
          placeholder: 'FR00 0000 0000 0000',
          value: values.iban,
        }}
      />
      <Field
        t={t}
        name="holder"
        label={t.holder}
        error={errors.holder}
        codes={['holder_missing']}
        input={{
          type: 'text',
          autocomplete: 'name',
          autocapitalize: 'words',
          enterkeyhint: 'done',
          spellcheck: false,
          value: values.holder,
        }}
      />
      {model.mandate && <Mandate t={t} mandate={model.mandate} />}
    </div>
  )
}
