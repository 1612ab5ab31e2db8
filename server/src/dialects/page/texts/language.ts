import { en } from './en.ts'
import { fr } from './fr.ts'
import type { Lang, Texts } from './texts.ts'

export const texts: Record<Lang, Texts> = { fr, en }

export const langs = Object.keys(texts) as Lang[]

const known = (tag: string): Lang | undefined => {
  const primary = tag.trim().toLowerCase().split(/[-_]/)[0]
  return langs.find((lang) => lang === primary)
}

/**
 * The language of a page: what the address asks for, else the best that the browser accepts, else
 * English. Shops send regional tags such as fr-FR or fr_FR; only the language counts.
 */
export function chooseLang(query: string | undefined, accept: string | undefined): Lang {
  const asked = known(query ?? '')
  if (asked) return asked
  const accepted = (accept ?? '')
    .slice(0, 1000)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';')
      const q = parameters.find((parameter) => parameter.trim().startsWith('q='))
      return { lang: known(tag), weight: q ? Number(q.trim().slice(2)) : 1 }
    })
    .filter((choice) => choice.lang && choice.weight > 0)
    .sort((one, other) => other.weight - one.weight)
  return accepted[0]?.lang ?? 'en'
}

/** Puts the given words into the braces of a text. */
export const fill = (text: string, words: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name) => String(words[name] ?? whole))
