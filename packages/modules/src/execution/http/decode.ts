// SPDX-License-Identifier: Apache-2.0
import { loadJson, parseYaml, pythonTupleRepr } from '@halite/core'
import { readXml, xmlData } from '../parts/xml.ts'

const types = ['json', 'xml', 'yaml', 'plain']

/** What decoding adds to a result. */
export interface Decoded {
  readonly dict?: unknown
  readonly error?: string
  /** The body is text, and is returned as that. */
  readonly isPlain?: boolean
}

/** Decodes a body. Rejects with `JSON_INVALID`, `YAML_INVALID` or `VALUE_MALFORMED` for one that is not in the format. */
export function decodedBody(
  body: string | Uint8Array,
  type: string,
  contentType = 'application/json',
): Decoded {
  const format = type === 'auto' ? formatOf(contentType) : type
  if (!types.includes(format)) {
    return { error: `Invalid decode_type specified. Valid decode types are: ${pythonTupleRepr(types)}` }
  }
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  if (format === 'json') return { dict: loadJson(text) }
  if (format === 'yaml') return { dict: parseYaml(text, 'the answer') }
  if (format === 'xml') return { dict: readXml(text).children.map(xmlData) }
  return { isPlain: true }
}

function formatOf(contentType: string): string {
  return types.find((type) => type !== 'plain' && contentType.includes(type)) ?? 'plain'
}
