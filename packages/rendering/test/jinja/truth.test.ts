// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSaltError, loadJson, run, toPlain } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { render } from './rendering.ts'

interface Row {
  readonly in: string
  readonly out?: string
  readonly message?: string
}

interface Table {
  readonly context: Readonly<Record<string, unknown>>
  readonly files: Readonly<Record<string, string>>
  readonly cases: readonly Row[]
}

const path = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'truth', 'jinja.json')
const table: Table = existsSync(path)
  ? (toPlain(loadJson(readFileSync(path, 'utf8'))) as Table)
  : { context: {}, files: {}, cases: [] }

/** The list of the context is shown as it was after a template of the table had appended to it. */
const beforeAppend = new Set([
  "{{ 1 in l }} {{ 9 in l }} {{ 'b' in d }} {{ 'ell' in s }} {{ 9 not in l }} {{ 'z' not in s }}",
  '{{ l[0] }} {{ l[-1] }} {{ l[1:] }} {{ l[:2] }} {{ l[::-1] }} {{ s[1:4] }} {{ s[-3:] }} {{ s[::2] }} {{ l[5:] }}',
  '{% do l.append(10) %}{{ l }}',
])

describe('templates as Salt 3007 renders them', () => {
  it('has a table to be held against', (ctx) => {
    ctx.skip(table.cases.length === 0, 'no ../shared/truth/jinja.json; the case files cover each rule')
    expect(table.cases.length).toBeGreaterThan(300)
  })

  it.each(table.cases.filter((row) => !beforeAppend.has(row.in)))('$in', async (row) => {
    const result = await rendered(row.in)
    if (row.message === undefined) expect(result).toBe(row.out)
    else expect(result.slice(0, row.message.length)).toBe(row.message)
  })
})

/** The text, or the first line of the message. */
async function rendered(text: string): Promise<string> {
  const { pillar, grains } = table.context
  try {
    return await render(text, {
      context: { ...table.context, opts: { file_client: 'local', id: 'm1' } },
      files: table.files,
      host: emptyHost,
      functions: {
        'pillar.get': (key: string, fallback: unknown = '') => traverse(pillar, key) ?? fallback,
        'grains.get': (key: string, fallback: unknown = '') => traverse(grains, key) ?? fallback,
        'grains.filter_by': (table: Record<string, unknown>) => table['Debian'],
        'config.get': (key: string, fallback: unknown) => (key === 'id' ? 'm1' : fallback),
        'environ.get': (_key: string, fallback: unknown) => fallback,
        'match.glob': () => true,
        'test.echo': (text: string) => text,
        'cmd.run': async (command: string) => {
          const { stdout } = await run(['sh', '-c', command], { timeoutMs: 10_000 })
          return Buffer.from(stdout).toString()
        },
      },
    })
  } catch (error) {
    if (isSaltError(error, 'TEMPLATE_FAILED')) return error.message.split('\n')[0] ?? ''
    throw error
  }
}

function traverse(data: unknown, key: string): unknown {
  return key
    .split(':')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], data)
}

/** A host without files and network. */
const emptyHost = {
  isWindows: false,
  which: async () => undefined,
  head: async () => undefined,
  size: async () => undefined,
  hash: async () => '',
  list: async () => [],
  uid: async () => undefined,
  reach: async () => undefined,
  query: async () => ({}),
}
