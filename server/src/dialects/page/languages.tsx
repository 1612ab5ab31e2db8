import { langs, texts } from './texts/language.ts'
import type { Lang, Texts } from './texts/texts.ts'

interface LanguagesProps {
  t: Texts
  /** Path of the page without query. */
  address: string
  lang: Lang
}

/** The same page in each language, each named in itself. */
export function Languages({ t, address, lang }: LanguagesProps) {
  return (
    <ul aria-label={t.languages}>
      {langs.map((other) => (
        <li key={other}>
          {other === lang ? (
            <span aria-current="true">{texts[other].language}</span>
          ) : (
            <a href={`${address}?lang=${other}`} lang={other} hreflang={other}>
              {texts[other].language}
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
