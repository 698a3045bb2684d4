// SPDX-License-Identifier: Apache-2.0
import { dumpJson, isMap, isTruthy, loadJson, parseYaml, pythonTypeName, toPlain } from '@halite/core'
import { stringify } from 'smol-toml'
import { prettyFormat } from './jinja/format/pretty.ts'
import { dumpYamlText } from './jinja/format/yaml/index.ts'
import { Importer } from './jinja/runtime/convert.ts'
import { Budget, defaultLimits } from './jinja/runtime/limits.ts'
import { tomlData } from './renderers/toml.ts'
import { configparser } from './serializers/configparser.ts'
import { keyvalue } from './serializers/keyvalue.ts'
import { plist } from './serializers/plist.ts'
import { refused } from './serializers/refused.ts'
import type { Serializer, SerializerOptions } from './serializers/serializer.ts'

export type { Serializer, SerializerOptions } from './serializers/serializer.ts'

/** Data to text and back, by the name of the format. */
export const serializers: ReadonlyMap<string, Serializer> = new Map<string, Serializer>([
  [
    'json',
    {
      options: ['indent', 'sort_keys', 'ensure_ascii', 'separators'],
      serialize: jsonText,
      deserialize: (text) => loadJson(text),
    },
  ],
  [
    'yaml',
    {
      options: [
        'default_flow_style',
        'sort_keys',
        'width',
        'indent',
        'allow_unicode',
        'explicit_start',
        'explicit_end',
      ],
      serialize: yamlText,
      deserialize: (text) => parseYaml(text, 'yaml'),
    },
  ],
  [
    'python',
    {
      options: [],
      serialize: (value) => prettyFormat(new Importer().import(loadJson(dumpJson(value))), budget()),
    },
  ],
  [
    'toml',
    {
      options: [],
      serialize: (value) => stringify(tomlInput(value)),
      deserialize: (text) => tomlData(text, 'toml'),
    },
  ],
  ['configparser', configparser],
  ['keyvalue', keyvalue],
  ['plist', plist],
])

function jsonText(value: unknown, options: SerializerOptions): string {
  const { indent, sort_keys: sort, ensure_ascii: ascii, separators } = options
  const [item, key] = Array.isArray(separators) ? separators.map(String) : []
  return dumpJson(value, {
    ...((typeof indent === 'number' || typeof indent === 'string') && { indent }),
    sortKeys: isTruthy(sort ?? false),
    ensureAscii: isTruthy(ascii ?? false),
    ...(item !== undefined && key !== undefined && { separators: [item, key] as const }),
  })
}

/** Innermost collections in brackets, as Salt's serializer writes by default. It removes the end that `explicit_end` asks for. */
function yamlText(value: unknown, options: SerializerOptions): string {
  const { default_flow_style: flow = null, sort_keys: sort = true, width, indent, allow_unicode } = options
  const text = dumpYamlText(value, {
    flow: flow === null ? 'leaves' : isTruthy(flow),
    sortKeys: isTruthy(sort),
    unicode: isTruthy(allow_unicode ?? false),
    explicitStart: isTruthy(options['explicit_start'] ?? false),
    ...(typeof width === 'number' && width > 4 && { width }),
    ...(typeof indent === 'number' && indent > 1 && indent < 10 && { indent }),
  })
  return text.replace(/\n(?:\.\.\.\n)?$/, '')
}

function budget(): Budget {
  return new Budget(defaultLimits, () => performance.now())
}

function tomlInput(value: unknown): Record<string, unknown> {
  if (!isMap(value)) throw refused('toml', `it takes a map, not ${pythonTypeName(value)}`)
  return toPlain(value) as Record<string, unknown>
}
