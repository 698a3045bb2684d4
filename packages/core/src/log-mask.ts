// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from './errors.ts'

const mask = '**********'
const secretName = /pass(word|wd)?|secret|token|private_key|priv$/i
const maxDepth = 10

type Fields = Record<string, unknown>

/** Whether a field of this name is taken for a secret wherever it is shown. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/**
 * A copy of log fields that can be shown: values under secret names are masked at any depth, `Secret`s mask themselves,
 * errors become one line with their causes, bytes a count; what is too deep or leads back to itself is cut off.
 */
export function maskFields(fields: Readonly<Fields>): Fields {
  return maskEntries(Object.entries(fields), [fields])
}

function maskEntries(entries: Iterable<readonly [unknown, unknown]>, path: readonly unknown[]): Fields {
  const masked = [...entries].map(([key, value]) => {
    const name = String(key)
    return [name, isSecretName(name) ? mask : maskValue(value, path)] as const
  })
  return Object.fromEntries(masked)
}

function maskValue(value: unknown, path: readonly unknown[]): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return describeError(value)
  if (value instanceof Uint8Array) return `<${value.length} bytes>`
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON()
  if (path.includes(value)) return '<circular>'
  if (path.length >= maxDepth) return '<deeper>'
  const inner = [...path, value]
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => maskValue(item, inner))
  return maskEntries(value instanceof Map ? value : Object.entries(value), inner)
}

function describeError(error: Error, depth = 0): string {
  const code = isSaltError(error) ? `${error.code}: ` : ''
  const cause =
    error.cause instanceof Error && depth < maxDepth
      ? `; caused by ${describeError(error.cause, depth + 1)}`
      : ''
  return `${code}${error.message}${cause}`
}
