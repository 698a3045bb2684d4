// SPDX-License-Identifier: Apache-2.0
import { isNumeric, pythonRepr, SaltError } from '@halite/core'
import { type ArgSpec, arg, type RegistryValue } from '@halite/loader'

/** Types a value can be set with. */
export const typesOfValues = [
  'REG_SZ',
  'REG_EXPAND_SZ',
  'REG_MULTI_SZ',
  'REG_DWORD',
  'REG_QWORD',
  'REG_BINARY',
  'REG_NONE',
] as const

type TypeOfValue = (typeof typesOfValues)[number]

const text = arg.string('Text.')
const texts = arg.list('Texts.', text)

/** Words stay as they were typed until the type is known: the text `5.10` is not the number 5.1. */
export const dataArgument: ArgSpec<unknown, false> = {
  ...arg
    .any(
      'The data: text for ``REG_SZ``, ``REG_EXPAND_SZ`` and ``REG_BINARY``, a list of texts for ``REG_MULTI_SZ``, a whole number for ``REG_DWORD`` and ``REG_QWORD``.',
    )
    .default(null),
  readsWords: true,
  parse: (value) => value,
}

const limits: Readonly<Record<'REG_DWORD' | 'REG_QWORD', bigint>> = {
  REG_DWORD: 0xffff_ffffn,
  REG_QWORD: 0xffff_ffff_ffff_ffffn,
}

/** The data for a value of this type. Throws COMMAND_FAILED for what the type cannot hold. */
export function castData(given: unknown, type: TypeOfValue): RegistryValue['data'] {
  if (type === 'REG_DWORD' || type === 'REG_QWORD') return wholeNumber(given, type)
  if (type === 'REG_MULTI_SZ') return given === null ? [] : texts.parse(given)
  if (type === 'REG_SZ' || type === 'REG_EXPAND_SZ') return given === null ? '' : text.parse(given)
  if (given instanceof Uint8Array) return given
  return Buffer.from(given === null ? '' : text.parse(given), 'utf8')
}

function wholeNumber(given: unknown, type: 'REG_DWORD' | 'REG_QWORD'): number | bigint {
  const written =
    given === true ? '1' : given === false ? '0' : given === null ? '' : text.parse(given).trim()
  const number = /^(0x[0-9a-f]+|[0-9]+)$/i.test(written) ? BigInt(written) : -1n
  if (number >= 0n && number <= limits[type]) return type === 'REG_DWORD' ? Number(number) : number
  throw new SaltError(
    'COMMAND_FAILED',
    `vdata of ${type} must be a whole number from 0 to ${limits[type]}, not ${isNumeric(given) ? written : pythonRepr(given)}`,
  )
}
