// SPDX-License-Identifier: Apache-2.0

/**
 * A value as Python's `str()` writes it, which is the text that target expressions are compared with:
 * `True`, `None`, `3.14`, `['a', 1]`. A whole number is written without a point, whatever it was when it was sent.
 * Never throws for plain data; the depth of the data is the caller's to bound.
 */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(value)
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  if (typeof value !== 'object') return String(value)
  const pairs = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonRepr(item)}`)
  return `{${pairs.join(', ')}}`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Number.isInteger(value)) return String(BigInt(value))
  // Python turns to exponents below 1e-4 and writes them with two digits; JavaScript does so below 1e-6.
  if (Math.abs(value) >= 1e-4) return String(value)
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1')
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replace(/[\\\p{Cc}]/gu, (character) => {
    return escapes[character] ?? `\\x${(character.codePointAt(0) as number).toString(16).padStart(2, '0')}`
  })
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote
}
