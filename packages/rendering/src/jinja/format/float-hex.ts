// SPDX-License-Identifier: Apache-2.0
import { valueError } from '../runtime/native.ts'

const mantissaBits = 52
const bias = 1023

/** Python's `float.hex`. */
export function floatHex(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (!Number.isFinite(value)) return `${sign}inf`
  if (value === 0) return `${sign}0x0.0p+0`
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(value))
  const bits = view.getBigUint64(0)
  const raw = Number(bits >> BigInt(mantissaBits))
  const fraction = (bits & ((1n << BigInt(mantissaBits)) - 1n)).toString(16).padStart(13, '0')
  const exponent = (raw === 0 ? 1 : raw) - bias
  return `${sign}0x${raw === 0 ? 0 : 1}.${fraction}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

/** Python's `float.fromhex`. Throws its ValueError. */
export function floatOfHex(text: string): number {
  const match =
    /^\s*([-+]?)(?:(inf|infinity)|(nan)|(?:0x)?(?=\.?[0-9a-f])([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([-+]?\d+))?)\s*$/i.exec(
      text,
    )
  if (match === null) throw valueError('invalid hexadecimal floating-point string')
  const [, sign, infinity, nan, whole = '', part = '', power = '0'] = match
  const magnitude =
    infinity !== undefined
      ? Number.POSITIVE_INFINITY
      : nan !== undefined
        ? Number.NaN
        : Number(BigInt(`0x${whole}${part}`)) * 2 ** (Number(power) - 4 * part.length)
  return sign === '-' ? -magnitude : magnitude
}
