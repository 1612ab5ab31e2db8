/**
 * A code as machines exchange it: no white space, dashes or invisible marks, full-width characters
 * made plain, letters raised. Only a to z are raised: by Unicode's rules a dotless ı would become
 * an I, another account.
 */
export const compact = (text: string): string =>
  text
    .replace(/[\s\p{Pd}\p{Cf}\u2212]/gu, '')
    .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (wide) =>
      String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    )
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
