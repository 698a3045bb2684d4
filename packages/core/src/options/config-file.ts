// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { messageOf, SaltError, systemCodeOf } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { textKeyed } from '../values/copy.ts'
import { isMap } from '../values/maps.ts'
import { parseYamlDocument } from '../yaml/parse.ts'

/** One configuration file as it was read. */
export interface ConfigFile {
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
  /** Line of each top-level key, counted from 1. */
  readonly lines: ReadonlyMap<string, number>
}

/**
 * Reads one configuration file; undefined if there isn't one. A file of comments alone is empty and costs no YAML.
 * Throws `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with the place.
 */
export function readConfigFile(path: string): ConfigFile | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  if (isBlank(text)) return { path, values: {}, lines: new Map() }
  const { value, lines } = parse(text, path)
  if (value === null) return { path, values: {}, lines }
  if (isMap(value)) return { path, values: textKeyed(value), lines }
  const found = Array.isArray(value) ? 'a list' : 'a single value'
  throw new SaltError('CONFIG_INVALID', `${path}: holds ${found}, expected \`name: value\` lines`)
}

function readText(path: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === 'ENOENT') return undefined
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new SaltError('CONFIG_INVALID', `${path}: is not UTF-8 text`, { cause })
    }
    const misplaced = misplacedBy(code ?? '')
    if (misplaced) {
      throw new SaltError('CONFIG_UNREADABLE', `cannot read ${path}: ${misplaced.why}`, {
        cause,
        hint: misplaced.hint(path),
        exitCode: exitCodes.usage,
      })
    }
    throw new SaltError('CONFIG_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: code === 'EACCES' ? `Run as root, or as a user who may read ${path}.` : `Check ${path}.`,
    })
  }
}

/** Something other than a regular file at the path of a configuration file. */
function misplacedBy(code: string): { why: string; hint: (path: string) => string } | undefined {
  if (code === 'EISDIR')
    return { why: 'it is a directory', hint: (path) => `Put a file in place of ${path}.` }
  if (code !== 'ENOTDIR') return undefined
  return {
    why: 'a part of that path is a file',
    hint: () => 'The option -c names the directory of the configuration files, not one of the files.',
  }
}

function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))
}

function parse(text: string, path: string): ReturnType<typeof parseYamlDocument> {
  try {
    return parseYamlDocument(text, path)
  } catch (cause) {
    throw new SaltError('CONFIG_INVALID', messageOf(cause), { cause })
  }
}
