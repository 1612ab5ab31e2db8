import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chooseLang, fill, langs, texts } from './texts/language.ts'

describe('the language of a page', () => {
  for (const [query, accept, lang] of [
    ['fr-FR', 'en', 'fr'],
    ['fr_FR', undefined, 'fr'],
    ['FR', undefined, 'fr'],
    ['en-GB', 'fr', 'en'],
    ['xx', 'fr-CA,en;q=0.5', 'fr'],
    [undefined, 'de-DE, en;q=0.3, fr;q=0.7', 'fr'],
    [undefined, 'fr;q=0, en', 'en'],
    [undefined, 'de', 'en'],
    [undefined, '*', 'en'],
    [undefined, ';;;q=,,', 'en'],
    ['', undefined, 'en'],
    ['__proto__', 'constructor', 'en'],
  ] as const) {
    it(`is ${lang} for lang=${query} and Accept-Language ${accept}`, () => {
      assert.equal(chooseLang(query, accept), lang)
    })
  }

  it('has the same places to fill in every language', () => {
    const places = (value: unknown): unknown =>
      typeof value === 'string'
        ? [...value.matchAll(/\{\w+\}/g)]
            .map(String)
            .filter((it, i, all) => all.indexOf(it) === i)
            .sort()
        : Object.fromEntries(Object.entries(value as object).map(([key, it]) => [key, places(it)]))
    for (const lang of langs) assert.deepEqual(places(texts[lang]), places(texts.en), lang)
  })

  it('fills each place once, whatever stands in the word', () => {
    assert.equal(fill('{a} {b} {c}', { a: '{b}', b: '$&' }), '{b} $& {c}')
  })
})
