// SPDX-License-Identifier: Apache-2.0
import type * as JsYaml from 'js-yaml'
import { type FloatValue, type IntegerValue, isFloat, isInteger } from '../values/float.ts'
import { type DataMap, entriesOf, isMap } from '../values/maps.ts'
import { booleanIn, floatIn, floatText, integerIn, looksLikeInteger } from './scalar.ts'

/** js-yaml, as the schema sees it. */
export type YamlLibrary = typeof JsYaml

type Schema = InstanceType<YamlLibrary['Schema']>

/** What a writer must quote so that PyYAML reads text back as text. */
export function dumpSchema(library: YamlLibrary): Schema {
  made ??= library.YAML11_SCHEMA.withTags(
    booleanTag(library),
    integerTag(library),
    floatTag(library),
    mapTag(library),
  )
  return made
}

/** Making a schema takes longer than writing a short text by it. */
let made: Schema | undefined

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
    resolve: (source) => (looksLikeInteger(source) ? (integerIn(source) ?? 0) : yaml.NOT_RESOLVED),
    identify: isInteger,
    represent: String,
  })
}

function floatTag(yaml: YamlLibrary) {
  return yaml.defineScalarTag<FloatValue>(yaml.floatYaml11Tag.tagName, {
    implicit: true,
    implicitFirstChars: [...'-+.0123456789'],
    resolve: (source) => floatIn(source) ?? yaml.NOT_RESOLVED,
    identify: isFloat,
    represent: (value) => floatText(Number(value)),
  })
}

function mapTag({ defineMappingTag, mapTag: { tagName } }: YamlLibrary) {
  return defineMappingTag<Map<unknown, unknown>>(tagName, {
    create: () => new Map(),
    addPair: (map, key, value) => {
      map.set(key, value)
      return ''
    },
    has: (map, key) => map.has(key),
    keys: (map) => [...map.keys()],
    get: (map, key) => map.get(key),
    identify: isMap,
    represent: (map: DataMap) => new Map(entriesOf(map)),
  })
}
