// SPDX-License-Identifier: Apache-2.0
import { floatOf, integerOf, loadJson, SaltError } from '@halite/core'
import type { PillarContext } from '@halite/loader'
import { printedBy, type SqlServer } from './sql-server.ts'
import type { SqlResult } from './sql-tree.ts'

/** Ends each field: no text of the server holds it. */
const fieldEnd = '\0'
/** In place of a value that there is not; a text that is the same would be one, too. */
const nullText = '\u0001NULL\u0001'
/** Between the columns and the rows. */
const columnsEnd = '\u0001COLUMNS\u0001'

/**
 * Asks a server of PostgreSQL through `psql`, which has the password from its environment. Values have the types of their columns: numbers,
 * booleans, JSON and lists; others are texts as the server writes them. Rejects with `COMMAND_FAILED`.
 */
export async function postgresQuery(
  ctx: PillarContext,
  server: SqlServer,
  query: string,
): Promise<SqlResult> {
  const statement = query.replace(/[\s;]+$/, '')
  const output = await printedBy(ctx, {
    programs: ['psql'],
    args: ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--no-password', '--set=ON_ERROR_STOP=1'],
    env: {
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSWORD: server.pass,
      PGDATABASE: server.db,
      PGCLIENTENCODING: 'UTF8',
      PGCONNECT_TIMEOUT: '10',
    },
    stdin: scriptOf(statement),
    from: 'the package postgresql-client',
  })
  return resultIn(output.toString('utf8'))
}

/** The columns with their types, then the rows. */
function scriptOf(statement: string): string {
  return [
    '\\pset fieldsep_zero on',
    '\\pset recordsep_zero on',
    `\\pset null '${nullText}'`,
    `${statement}\n\\gdesc`,
    `\\qecho -n '${columnsEnd}'`,
    `${statement}\n;`,
    '',
  ].join('\n')
}

function resultIn(output: string): SqlResult {
  const [head = '', body = ''] = output.split(columnsEnd, 2)
  const described = fieldsIn(head)
  if (described.length < 2)
    throw new SaltError('COMMAND_FAILED', 'its query gives no rows: it must be a SELECT')
  const columns = chunks(described, 2).map(([name = '', type = '']) => ({ name, type }))
  const rows = chunks(fieldsIn(body), columns.length)
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => row.map((text, index) => cellOf(text, columns[index]?.type ?? 'text'))),
  }
}

function fieldsIn(text: string): readonly string[] {
  return text.split(fieldEnd).slice(0, -1)
}

function chunks(fields: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: fields.length / size }, (_, index) =>
    fields.slice(index * size, (index + 1) * size),
  )
}

function cellOf(text: string, type: string): unknown {
  if (text === nullText) return null
  if (type.endsWith('[]')) return arrayOf(text, type.slice(0, -2))
  if (/^(smallint|integer|bigint|oid)$/.test(type)) return integerOf(BigInt(text))
  if (/^(real|double precision)$/.test(type)) return floatOf(Number(text))
  if (type === 'boolean') return text === 't'
  if (type === 'json' || type === 'jsonb') return loadJson(text)
  if (type === 'bytea') return Buffer.from(text.slice(2), 'hex')
  return text
}

/** `{1,NULL,{"a b"}}`: a list of items, which are lists themselves in an array of several dimensions. */
function arrayOf(text: string, type: string): unknown {
  const token = /[{},]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs
  const open: unknown[][] = [[]]
  for (const [found, quoted] of text.matchAll(token)) {
    if (found === '{') open.push([])
    else if (found === '}') open.at(-2)?.push(open.pop())
    else if (quoted !== undefined) open.at(-1)?.push(cellOf(quoted.replace(/\\(.)/gs, '$1'), type))
    else if (found !== ',') open.at(-1)?.push(found === 'NULL' ? null : cellOf(found, type))
  }
  return open[0]?.[0]
}
