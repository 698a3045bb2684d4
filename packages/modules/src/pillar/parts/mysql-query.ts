// SPDX-License-Identifier: Apache-2.0
import { floatOf, integerOf, SaltError } from '@halite/core'
import type { PillarContext } from '@halite/loader'
import { printedBy, type SqlServer } from './sql-server.ts'
import type { SqlResult } from './sql-tree.ts'

/** A column: numbers and bytes are told from text by its type. */
interface Column {
  readonly name: string
  readonly type: string
  readonly isBinary: boolean
}

/**
 * Asks a server of MySQL or MariaDB through its client program, which has the password from its environment. Numbers have the types of
 * their columns, decimals and dates are texts, columns of bytes are bytes where they are no UTF-8. Rejects with `COMMAND_FAILED`.
 */
export async function mysqlQuery(ctx: PillarContext, server: SqlServer, query: string): Promise<SqlResult> {
  const statement = `${query.replace(/[\s;]+$/, '')}\n;\n`
  const ask = (format: readonly string[], before: string) =>
    printedBy(ctx, {
      programs: ['mariadb', 'mysql'],
      args: ['--no-defaults', ...argumentsOf(server), ...format],
      env: { MYSQL_PWD: server.pass },
      stdin: `${before}${statement}`,
      from: 'the package mariadb-client or mysql-client',
    })
  // No rows: what the client says of columns is not said beside them in a form that can be read.
  const described = await ask(['--table', '--column-type-info'], 'SET sql_select_limit=0;\n')
  const columns = columnsIn(described.toString('utf8'))
  if (columns.length === 0) {
    throw new SaltError('COMMAND_FAILED', 'its query gives no rows: it must be a SELECT')
  }
  const rows = rowsIn((await ask(['--xml', '--binary-as-hex'], '')).toString('utf8'), columns)
  return { columns: columns.map(({ name }) => name), rows }
}

/** Passwords are none of them. */
function argumentsOf({ host, port, user, db, ssl }: SqlServer): readonly string[] {
  const tls = ['ca', 'capath', 'cert', 'key', 'cipher'].flatMap((name) => {
    return ssl[name] === undefined ? [] : [`--ssl-${name}=${ssl[name]}`]
  })
  return [
    `--host=${host}`,
    `--port=${port}`,
    `--user=${user}`,
    `--database=${db}`,
    '--default-character-set=utf8mb4',
    '--binary-mode',
    '--connect-timeout=10',
    ...tls,
  ]
}

/** Blocks of `Field   1:  \`id\`` and lines below it, in front of a table. */
function columnsIn(text: string): readonly Column[] {
  const head = text.split(/^\+-/m, 1)[0] ?? ''
  const blocks = head.split(/^Field +\d+: +/m).slice(1)
  return blocks.map((block) => ({
    name: /^`([\s\S]*?)`\nOrg_field: /.exec(block)?.[1] ?? '',
    type: /^Type: +(\S+)/m.exec(block)?.[1] ?? '',
    isBinary: /^Collation: +binary /m.exec(block) !== null,
  }))
}

/** In values `<` is always escaped. */
function rowsIn(xml: string, columns: readonly Column[]): readonly (readonly unknown[])[] {
  return xml
    .split('<row>')
    .slice(1)
    .map((row) => {
      const fields = [...row.matchAll(/<field name="[^"]*"(?: xsi:nil="true" \/>|>([^<]*)<\/field>)/g)]
      return columns.map((column, index) => {
        const text = fields[index]?.[1]
        return text === undefined ? null : cellOf(unescaped(text), column)
      })
    })
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp|quot);/g, (_all, name: string) => entities[name] ?? '')
}

function cellOf(text: string, { type, isBinary }: Column): unknown {
  if (/^(TINY|SHORT|LONG|INT24|LONGLONG|YEAR)$/.test(type)) return integerOf(BigInt(text))
  if (/^(FLOAT|DOUBLE)$/.test(type)) return floatOf(Number(text))
  if (type !== 'BIT' && !(isBinary && /BLOB|STRING/.test(type))) return text
  const bytes = Buffer.from(text.replace(/^0x/, ''), 'hex')
  return type === 'BIT' ? bytes : (textIn(bytes) ?? bytes)
}

function textIn(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
