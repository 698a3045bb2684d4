// SPDX-License-Identifier: Apache-2.0
import { isMap, pythonTypeName } from '@halite/core'
import { typeError } from '../../runtime/native.ts'
import { dumpYamlText, scalarText, type YamlLayout } from './dump.ts'
import { YamlWriter } from './writer.ts'

export { dumpYamlText, type YamlLayout }

/** Text between double quotes, on one line. */
export function yamlDoubleQuoted(text: string): string {
  const writer = new YamlWriter(Number.POSITIVE_INFINITY, false)
  writer.doubleQuoted(text, true)
  return writer.text.trimStart()
}

/** Text between single quotes; its line breaks are doubled, as YAML reads them. */
export function yamlSingleQuoted(text: string): string {
  const writer = new YamlWriter(Number.POSITIVE_INFINITY, false)
  writer.singleQuoted(text, true)
  return writer.text.trimStart()
}

/** One scalar: text always in double quotes. Throws Salt's TypeError for lists and maps. */
export function yamlScalar(value: unknown): string {
  if (isMap(value) || Array.isArray(value) || value instanceof Set) {
    throw typeError(
      `yaml_encode() only works with YAML scalar data; failed for <class '${pythonTypeName(value)}'>`,
    )
  }
  return typeof value === 'string' ? yamlDoubleQuoted(value) : scalarText(value)
}
