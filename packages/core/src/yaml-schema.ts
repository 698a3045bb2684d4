// SPDX-License-Identifier: Apache-2.0
import type { YamlLibrary } from './yaml.ts'

type Schema = InstanceType<YamlLibrary['Schema']>

/**
 * What plain text means to Salt's loader. It differs from js-yaml's YAML 1.1 as PyYAML and Salt differ from it:
 * `y` and `n` are text; `0755` is 755 and `08` is text; integers beyond 2^53 are BigInt; floats need a digit before or
 * right behind the point; timestamps are text; an ordered map is a list of pairs.
 */
export function loadSchema(library: YamlLibrary): Schema {
  return dumpSchema(library).withTags(timestampAsText(library), orderedMapAsPairs(library))
}

/** What a writer must quote so that PyYAML reads text back as text: as above, but timestamps count as such. */
export function dumpSchema(library: YamlLibrary): Schema {
  return library.YAML11_SCHEMA.withTags(booleanTag(library), integerTag(library), floatTag(library))
}

const booleanWords = new Map([
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
])

function booleanTag(yaml: YamlLibrary) {
  return yaml.defineScalarTag<boolean>(yaml.boolYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: [...'yYnNtTfFoO'],
    resolve: (source) => booleanWords.get(source) ?? yaml.NOT_RESOLVED,
    identify: (value) => typeof value === 'boolean',
    represent: String,
  })
}

const integerPattern =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/

function integerTag(yaml: YamlLibrary) {
  return yaml.defineScalarTag<number | bigint>(yaml.intYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: [...'-+0123456789'],
    resolve: (source, isExplicit) => {
      const isInteger = integerPattern.test(source) || (isExplicit && /^[0-9][0-9_]*$/.test(source))
      return (isInteger ? integerOf(source) : undefined) ?? yaml.NOT_RESOLVED
    },
    identify: (value) => typeof value === 'bigint' || yaml.intYaml11Tag.identify(value),
    represent: String,
  })
}

/** Salt drops leading zeros only where no sign stands before them: `010` is 10, `-010` stays octal. */
function integerOf(source: string): number | bigint | undefined {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(source.replaceAll('_', '')) as unknown as [
    string,
    string,
    string,
  ]
  if (/^(?:0[bx])?$/.test(digits)) return undefined
  const magnitude = magnitudeOf(digits, sign === '')
  const value = sign === '-' ? -magnitude : magnitude
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function magnitudeOf(digits: string, decimalZeros: boolean): bigint {
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
  if (/^0[bx]/.test(digits) || decimalZeros || digits === '0') return BigInt(digits)
  return BigInt(digits.replace(/^0/, '0o'))
}

const floatPattern =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

function floatTag(yaml: YamlLibrary) {
  return yaml.defineScalarTag<number>(yaml.floatYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: [...'-+.0123456789'],
    resolve: (source, isExplicit) => {
      const isFloat =
        floatPattern.test(source) || (isExplicit && /^[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?$/.test(source))
      return isFloat ? floatOf(source) : yaml.NOT_RESOLVED
    },
    identify: yaml.floatYaml11Tag.identify,
    represent: representFloat,
  })
}

function floatOf(source: string): number {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(source.replaceAll('_', '').toLowerCase()) as unknown as [
    string,
    string,
    string,
  ]
  const factor = sign === '-' ? -1 : 1
  if (digits === '.inf') return factor * Number.POSITIVE_INFINITY
  if (digits === '.nan') return Number.NaN
  return factor * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

function representFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  if (Object.is(value, -0)) return '-0.0'
  // YAML 1.1 knows an exponent only behind a point.
  return String(value).replace(/^(-?\d+)e/, '$1.0e')
}

function timestampAsText({ defineScalarTag, timestampTag }: YamlLibrary) {
  return defineScalarTag<string>(timestampTag.tagName, { resolve: (source) => source, identify: () => false })
}

function orderedMapAsPairs({ defineSequenceTag, omapTag, pairsTag }: YamlLibrary) {
  return defineSequenceTag<[unknown, unknown][]>(omapTag.tagName, { ...pairsTag, identify: () => false })
}
