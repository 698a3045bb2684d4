// SPDX-License-Identifier: Apache-2.0
import {
  dumpJson,
  entriesOf,
  isMap,
  isTruthy,
  loadJson,
  messageOf,
  PythonObject,
  parseYaml,
  pythonTypeName,
  Tuple,
  tupleOf,
  ValueMap,
} from '@halite/core'
import { decodeBytes } from '../../format/encodings.ts'
import { prettyFormat } from '../../format/pretty.ts'
import { xmlText } from '../../format/xml.ts'
import { dumpYamlText, yamlDoubleQuoted, yamlScalar, yamlSingleQuoted } from '../../format/yaml/index.ts'
import { exported, Importer } from '../../runtime/convert.ts'
import { TemplateProblem } from '../../runtime/errors.ts'
import { TemplateModule } from '../../runtime/module.ts'
import { type Keywords, type NativeRow, typeError } from '../../runtime/native.ts'
import { Markup } from '../../runtime/objects.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { Undefined } from '../../runtime/undefined.ts'

/** Salt's filters between data and text in YAML, JSON, XML and Python. */
export const serializeFilters: readonly NativeRow[] = [
  [
    'yaml',
    'value, flow_style?',
    (_rt, [value, flow]) => new Markup(yamlText(value, flow === undefined || isTruthy(flow))),
  ],
  [
    'json',
    'value, sort_keys?, indent?',
    (_rt, [value, sort, indent]) => new Markup(jsonText(value, [sort, indent])),
  ],
  ['xml', 'value', (_rt, [value]) => new Markup(xmlText(value))],
  ['python', 'value', (rt, [value]) => new Markup(prettyFormat(plain(value), rt.budget))],
  [
    'tojson',
    'val, indent?, **',
    (_rt, [value, indent, options]: [unknown, unknown, Keywords]) => htmlSafeJson(value, indent, options),
  ],
  ['load_yaml', 'value', (rt, [value]) => fromYaml(rt, value)],
  ['load_json', 'value', (rt, [value]) => fromJson(rt, value)],
  [
    'load_text',
    'value',
    (rt, [value]) =>
      typeof value === 'object' && value !== null && !(value instanceof Undefined) ? rt.str(value) : value,
  ],
  [
    'dict_to_sls_yaml_params',
    'value, flow_style?',
    (_rt, [value, flow]) => new Markup(yamlText(parameters(value), flow !== undefined && isTruthy(flow))),
  ],
  ['yaml_encode', 'data', (_rt, [value]) => yamlScalar(plain(value))],
  ['yaml_dquote', 'text', (rt, [value]) => yamlDoubleQuoted(rt.str(value))],
  ['yaml_squote', 'text', (rt, [value]) => yamlSingleQuoted(rt.str(value))],
]

/** Fails for what is undefined, and gives escaped text as text. */
function plain(value: unknown): unknown {
  if (value instanceof Undefined) return value.fail()
  return value instanceof Markup ? value.text : value
}

function yamlText(value: unknown, isFlow: boolean): string {
  const text = dumpYamlText(plain(value), { flow: isFlow, unicode: true }).trim()
  return text.endsWith('\n...') ? text.slice(0, -4) : text
}

function parameters(value: unknown): unknown[] {
  if (!(value instanceof Map)) throw typeError(`'${pythonTypeName(value)}' object has no attribute 'items'`)
  return Array.from(value, (entry) => new ValueMap([entry]))
}

function indentOf(indent: unknown): number | string | undefined {
  if (indent === undefined || indent === null) return undefined
  if (typeof indent === 'number') return Math.min(indent, 100)
  if (typeof indent === 'string') return indent.slice(0, 100)
  if (typeof indent === 'boolean') return Number(indent)
  throw typeError(`can't multiply sequence by non-int of type '${pythonTypeName(indent)}'`)
}

function jsonText(value: unknown, [sort, indent]: readonly unknown[]): string {
  const step = typeof value === 'string' ? undefined : indentOf(indent)
  const text = dumpJson(jsonData(value), {
    sortKeys: sort === undefined || isTruthy(sort),
    ...(step !== undefined && { indent: step }),
  })
  return text.trim()
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  "'": '\\u0027',
}

const jsonOptions = new Set([
  'skipkeys',
  'ensure_ascii',
  'check_circular',
  'allow_nan',
  'separators',
  'default',
  'sort_keys',
])

function htmlSafeJson(value: unknown, indent: unknown, options: Keywords): string {
  const step = typeof value === 'string' ? undefined : indentOf(indent)
  for (const name of options.keys())
    if (!jsonOptions.has(name))
      throw typeError(`JSONEncoder.__init__() got an unexpected keyword argument '${name}'`)
  const [sort, ascii] = [options.get('sort_keys'), options.get('ensure_ascii')]
  const text = dumpJson(jsonData(value), {
    sortKeys: sort !== undefined && isTruthy(sort),
    ensureAscii: ascii === undefined || isTruthy(ascii),
    ...(step !== undefined && { indent: step }),
  })
  return text.replace(/[<>&']/g, (character) => htmlEscapes[character] ?? character)
}

/** Data as JSON has it. Objects such as ranges and macros are refused: Python's json does not serialize them. */
function jsonData(value: unknown): unknown {
  refuseObjects(value)
  return exported(value)
}

function refuseObjects(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (value instanceof PythonObject && !(value instanceof Undefined || value instanceof Markup))
    throw typeError(`Object of type ${pythonTypeName(value)} is not JSON serializable`)
  if (Array.isArray(value)) for (const item of value) refuseObjects(item)
  else if (value instanceof Map) for (const item of value.values()) refuseObjects(item)
}

function isText(value: unknown): boolean {
  if (typeof value === 'string' || value instanceof Markup || value instanceof Uint8Array) return true
  return value instanceof Undefined || value instanceof TemplateModule
}

function textOf(rt: Runtime, value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return rt.str(value)
}

function fromYaml(rt: Runtime, value: unknown): unknown {
  if (!isText(value)) throw new TemplateProblem('error', 'a string or stream input is required')
  try {
    return decoded(parseYaml(textOf(rt, value), 'load_yaml'))
  } catch (error) {
    if (error instanceof TemplateProblem) throw error
    const problem = messageOf(error).replace(/^load_yaml:/, 'line ')
    throw new TemplateProblem('syntax', `Encountered error loading yaml: ${problem}`, { cause: error })
  }
}

/** What YAML holds as Salt's templates get it: bytes are text, pairs lists, and what an alias repeats is a copy. */
function decoded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return decodeBytes(value, 'utf-8', 'strict')
  if (Array.isArray(value)) return Array.from(value, decoded)
  if (!isMap(value)) return value
  return new ValueMap(entriesOf(value).map(([key, item]) => [decodedKey(key), decoded(item)]))
}

function decodedKey(key: unknown): unknown {
  return key instanceof Tuple ? tupleOf(key.map(decodedKey)) : decoded(key)
}

function fromJson(rt: Runtime, value: unknown): unknown {
  const text = textOf(rt, value)
  if (!isText(value)) throw new TemplateProblem('syntax', `Unable to load json from ${text}`)
  try {
    return new Importer().import(loadJson(text))
  } catch (cause) {
    throw new TemplateProblem('syntax', `Unable to load json from ${text}`, { cause })
  }
}
