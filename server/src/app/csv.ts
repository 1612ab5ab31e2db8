/** What a spreadsheet would run, instead of showing it. */
const formula = /^[=+\-@\t\r]/
const number = /^-?\d+(\.\d+)?$/

function cell(value: string | bigint): string {
  const text = value.toString()
  const shown = formula.test(text) && !number.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown
}

/** A line of CSV (RFC 4180), with its end. A text that a spreadsheet would run is shown to it. */
export const csvLine = (cells: readonly (string | bigint)[]): string =>
  `${cells.map(cell).join(',')}\r\n`
