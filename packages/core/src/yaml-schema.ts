// SPDX-License-Identifier: Apache-2.0
import type * as JsYaml from 'js-yaml'
import { type FloatValue, type IntegerValue, isFloat, isInteger } from './values/float.ts'
import { isHashable } from './values/key.ts'
import { type DataMap, entriesOf, hasKey, isMap, keysOf, MapBuilder, valueAt } from './values/maps.ts'
import { tupleOf } from './values/tuple.ts'
import { booleanIn, floatIn, floatText, integerIn } from './yaml-scalar.ts'

/** js-yaml, as the schema sees it. */
export type YamlLibrary = typeof JsYaml

type Schema = InstanceType<YamlLibrary['Schema']>

/**
 * What plain text means to Salt's loader. It differs from js-yaml's YAML 1.1 as PyYAML and Salt differ from it:
 * `y` and `n` are text; `0755` is 755 and `08` is text; integers beyond 2^53 are BigInt; floats need a digit before or
 * right behind the point; timestamps are text; an ordered map is a list of pairs.
 */
export const loadSchema: (library: YamlLibrary) => Schema = once((library) =>
  dumpSchema(library).withTags(
    timestampAsText(library),
    unicodeAsText(library),
    explicitNull(library),
    lenientBinary(library),
    pairsOf(library, library.omapTag.tagName),
    pairsOf(library, library.pairsTag.tagName),
  ),
)

/** Every scalar as the text that stands there. */
export const textSchema: (library: YamlLibrary) => Schema = once((library) =>
  library.FAILSAFE_SCHEMA.withTags(mapTag(library)),
)

/** What a writer must quote so that PyYAML reads text back as text: as above, but timestamps count as such. */
export const dumpSchema: (library: YamlLibrary) => Schema = once((library) =>
  library.YAML11_SCHEMA.withTags(
    booleanTag(library),
    integerTag(library),
    floatTag(library),
    mapTag(library),
  ),
)

/** Making a schema takes longer than reading a short text by it. */
function once(make: (library: YamlLibrary) => Schema): (library: YamlLibrary) => Schema {
  let made: Schema | undefined
  return (library) => {
    made ??= make(library)
    return made
  }
}

function booleanTag(yaml: YamlLibrary) {
  return yaml.defineScalarTag<boolean>(yaml.boolYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: [...'yYnNtTfFoO'],
    resolve: (source) => booleanIn(source) ?? yaml.NOT_RESOLVED,
    identify: (value) => typeof value === 'boolean',
    represent: String,
  })
}

function integerTag(yaml: YamlLibrary) {
  return yaml.defineScalarTag<IntegerValue>(yaml.intYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: [...'-+0123456789'],
    resolve: (source, isExplicit) => integerIn(source, isExplicit) ?? yaml.NOT_RESOLVED,
    identify: isInteger,
    represent: String,
  })
}

function floatTag(yaml: YamlLibrary) {
  return yaml.defineScalarTag<FloatValue>(yaml.floatYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: [...'-+.0123456789'],
    resolve: (source, isExplicit) => floatIn(source, isExplicit) ?? yaml.NOT_RESOLVED,
    identify: isFloat,
    represent: (value) => floatText(Number(value)),
  })
}

function timestampAsText({ defineScalarTag, timestampTag }: YamlLibrary) {
  return defineScalarTag<string>(timestampTag.tagName, { resolve: (source) => source, identify: () => false })
}

/** As dumpers of Python 2 wrote it. */
function unicodeAsText({ defineScalarTag }: YamlLibrary) {
  const name = 'tag:yaml.org,2002:python/unicode'
  return defineScalarTag<string>(name, { resolve: (source) => source, identify: () => false })
}

/** Whatever is tagged as null is null. */
function explicitNull(yaml: YamlLibrary) {
  return yaml.defineScalarTag<null>(yaml.nullYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: ['', '~', 'n', 'N'],
    resolve: (source, isExplicit) =>
      isExplicit || /^(?:~|null|Null|NULL|)$/.test(source) ? null : yaml.NOT_RESOLVED,
    identify: (value) => value === null,
  })
}

/** Python passes over what is no digit of base 64. */
function lenientBinary(yaml: YamlLibrary) {
  return yaml.defineScalarTag<Uint8Array>(yaml.binaryTag.tagName, {
    ...yaml.binaryTag,
    resolve: (source) => {
      const digits = source.replace(/[^A-Za-z0-9+/]/g, '')
      return digits.length % 4 === 1 ? yaml.NOT_RESOLVED : new Uint8Array(Buffer.from(digits, 'base64'))
    },
  })
}

/** An ordered map, or one with keys that stand twice, is a list of tuples. */
function pairsOf({ defineSequenceTag, pairsTag }: YamlLibrary, tagName: string) {
  return defineSequenceTag<[unknown, unknown][], unknown[]>(tagName, {
    ...pairsTag,
    finalize: (pairs) => pairs.map(tupleOf),
    identify: () => false,
  })
}

function mapTag({ defineMappingTag, mapTag: { tagName } }: YamlLibrary) {
  return defineMappingTag<MergingMap, DataMap>(tagName, {
    create: () => new MergingMap(),
    addPair: (map, key, value) => {
      if (!isHashable(key)) return 'found unhashable key'
      if (value instanceof Merged) map.merge(key, value)
      else map.set(key, value)
      return ''
    },
    has: (map, key) => isHashable(key) && map.has(key),
    keys: keysOf,
    // Asked for where a map is merged into another one, and nowhere else.
    get: (map, key) => new Merged(map, hasKey(map, key) ? valueAt(map, key) : null),
    finalize: (map) => map.build(),
    identify: isMap,
    represent: (map: DataMap) => new Map(entriesOf(map)),
  })
}

/** A value that comes with `<<`, and the map it is of. */
class Merged {
  readonly source: DataMap
  readonly value: unknown

  constructor(source: DataMap, value: unknown) {
    this.source = source
    this.value = value
  }
}

/** A map that is built as PyYAML does: what `<<` brings stands in front, of several maps the last one first; own keys win. */
class MergingMap {
  readonly #own = new MapBuilder()
  #merged: Map<DataMap, MapBuilder> | undefined

  has(key: unknown): boolean {
    return this.#own.has(key) || [...(this.#merged?.values() ?? [])].some((map) => map.has(key))
  }

  set(key: unknown, value: unknown): void {
    this.#own.set(key, value)
  }

  merge(key: unknown, { source, value }: Merged): void {
    this.#merged ??= new Map()
    const of = this.#merged.get(source) ?? new MapBuilder()
    this.#merged.set(source, of.set(key, value))
  }

  build(): DataMap {
    if (this.#merged === undefined) return this.#own.build()
    const all = new MapBuilder()
    for (const map of [...this.#merged.values()].reverse())
      for (const [key, value] of entriesOf(map.build())) if (!this.#own.has(key)) all.set(key, value)
    for (const [key, value] of entriesOf(this.#own.build())) all.set(key, value)
    return all.build()
  }
}
