import type { ComponentChildren, JSX } from 'preact'
import { AlertIcon } from './icons.tsx'
import type { FieldError } from './page-model.ts'
import { fill } from './texts/language.ts'
import type { ErrorCode, Texts } from './texts/texts.ts'

const errorText = (t: Texts, error: FieldError): string =>
  fill(t.errors[error.code], { expected: error.expected ?? '' })

/**
 * The words of the errors that the browser can find by itself, as `code|text` lines for its
 * script.
 */
const clientErrors = (t: Texts, codes: readonly ErrorCode[]): string =>
  codes.map((code) => `${code}|${t.errors[code]}`).join('\n')

interface LabelledProps {
  t: Texts
  name: string
  label: string
  error?: FieldError | undefined
  hint?: string
  optional?: boolean
}

interface FieldProps extends LabelledProps {
  codes?: readonly ErrorCode[]
  input: JSX.IntrinsicElements['input']
  /** Stands beside the label. */
  children?: ComponentChildren
}

/** What ties a control to its label, to what is to be known of it and to what is wrong with it. */
const tied = ({ name, error, hint, optional }: LabelledProps) => ({
  class: 'in',
  id: name,
  name,
  'aria-required': !optional,
  'aria-invalid': error ? true : undefined,
  'aria-describedby':
    [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ') || undefined,
})

function Labelled(
  props: LabelledProps & { aside?: ComponentChildren; children: ComponentChildren },
) {
  const { t, name, label, error, hint, optional, aside, children } = props
  return (
    <div class="field">
      <div class="named">
        <label for={name}>
          {label}
          {optional && <span class="soft"> ({t.optional})</span>}
        </label>
        {aside}
      </div>
      {children}
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="err" id={`${name}-error`}>
          <AlertIcon size={16} />
          <span>{errorText(t, error)}</span>
        </p>
      )}
    </div>
  )
}

/**
 * A labelled input; what it needs to know and what is wrong with it are tied to it for every
 * reader.
 */
export function Field({ codes, input, children, ...it }: FieldProps) {
  return (
    <Labelled {...it} aside={children}>
      <input {...input} {...tied(it)} data-errors={codes && clientErrors(it.t, codes)} />
    </Labelled>
  )
}

interface SelectProps extends LabelledProps {
  autocomplete: string
  value: string | undefined
  options: readonly { value: string; text: string }[]
}

/** A labelled choice of one among many. */
export function Select({ autocomplete, value, options, ...it }: SelectProps) {
  return (
    <Labelled {...it}>
      <select {...tied(it)} autocomplete={autocomplete}>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.text}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

/**
 * Everything that is wrong, first on the page and focused by the script, each line a link to its
 * field.
 */
export function ErrorSummary({
  t,
  errors,
}: {
  t: Texts
  errors: Readonly<Record<string, FieldError>>
}) {
  const wrong = Object.entries(errors)
  if (wrong.length === 0) return null
  const title = fill(wrong.length === 1 ? t.summary_one : t.summary_many, { count: wrong.length })
  return (
    <div class="alert" role="alert" tabIndex={-1} id="problem">
      <h2>
        <AlertIcon />
        {title}
      </h2>
      <ul>
        {wrong.map(([name, error]) => (
          <li key={name}>
            <a href={name === 'method' ? '#method-card' : `#${name}`}>{errorText(t, error)}</a>
          </li>
        ))}
      </ul>
    </div>
  )
}
