// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DataMap,
  floatOf,
  isMap,
  mapOf,
  messageOf,
  parseMinionId,
  pythonRepr,
  silentLog,
  textKeyed,
} from '@halite/core'
import { createContext, type ExecContext, noFiles, Registry } from '@halite/loader'
import { describe, expect, it } from 'vitest'
import { manifest } from '../../src/index.ts'

/** What Salt made of the sls files of public formulas: the output of record.py beside this file. */
const records = process.env['FORMULAS_RECORDS'] ?? ''

interface RecordedFile {
  readonly path: string
  readonly sls: string
  readonly data?: unknown
  readonly error?: string
}

interface RecordedCase {
  readonly id: string
  readonly calls: readonly string[]
  readonly roots: readonly string[]
  readonly grains: unknown
  readonly pillar: unknown
  readonly files: readonly RecordedFile[]
}

const cases = existsSync(records)
  ? readFileSync(records, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordedCase)
  : []

describe('sls files of public formulas give what Salt makes of them', () => {
  it('has records', (ctx) => {
    ctx.skip(
      cases.length === 0,
      'FORMULAS_RECORDS names no output of record.py; the case files cover what they use',
    )
    expect(cases.length).toBeGreaterThan(0)
  })

  it.each(cases)('$id', async (given) => {
    const ctx = contextOf(given)
    for (const file of given.files) {
      const wanted = file.error === undefined ? pythonRepr(decoded(file.data)) : 'an error'
      const result = await rendered(ctx, file)
      if (result.startsWith('not built: ')) return
      expect(result, file.sls).toBe(wanted)
    }
  })
})

async function rendered(ctx: ExecContext, file: RecordedFile): Promise<string> {
  const text = await readFile(file.path, 'utf8')
  const name = file.sls.replaceAll('.', '/') + (file.path.endsWith('/init.sls') ? '/init.sls' : '.sls')
  try {
    const { data } = await ctx.render.data({ text, name, path: file.path, sls: file.sls, saltenv: 'base' })
    return pythonRepr(data)
  } catch (error) {
    const message = messageOf(error)
    const missing =
      /'salt\.loader\.lazy\.\w+ object' has no attribute '([^']+)'|there is no (?:mine|file server) here/.exec(
        message,
      )?.[0]
    if (file.error === undefined) return missing === undefined ? message : `not built: ${missing}`
    return 'an error'
  }
}

function contextOf({ grains, pillar, roots }: RecordedCase): ExecContext {
  const facts = textKeyed(decoded(grains) as DataMap)
  const options = { id: String(facts['id']), file_client: 'local', file_roots: { base: roots } }
  return createContext({
    registry: new Registry(manifest, { options, grains: facts }),
    id: parseMinionId(String(facts['id'])),
    options,
    grains: facts,
    pillar: decoded(pillar) as DataMap,
    log: silentLog,
    files: {
      ...noFiles,
      cacheFile: async (url) => {
        const paths = roots.map((root) => join(root, url.replace(/^salt:\/\/\|?/, '')))
        return paths.find((path) => existsSync(path))
      },
    },
  })
}

/** Data as record.py tags it. */
function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded)
  if (typeof value !== 'object' || value === null) return value
  const { m, f } = value as { readonly m?: readonly [unknown, unknown][]; readonly f?: string }
  if (f !== undefined) return floatOf(Number(f))
  return mapOf((m ?? []).map(([key, item]) => [decoded(key), decoded(item)]))
}

it('decodes what record.py tags', () => {
  const map = decoded({
    m: [
      ['b', { f: '1.0' }],
      [1, [null, true]],
    ],
  })
  expect(isMap(map) && pythonRepr(map)).toBe("{'b': 1.0, 1: [None, True]}")
})
