// SPDX-License-Identifier: Apache-2.0
import { isMap, plainNumber, pythonStr, SaltError, textKeyed } from '@halite/core'
import type { PillarContext } from '@halite/loader'

/** A database server, and who asks it. */
export interface SqlServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly pass: string
  readonly db: string
  /** Files of TLS by name. */
  readonly ssl: Readonly<Record<string, unknown>>
}

/** The server that an option names, `salt` being the default of user, password and database. Throws `CONFIG_INVALID`. */
export function sqlServerOf(
  { options }: PillarContext,
  name: 'mysql' | 'postgres',
  defaultPort: number,
): SqlServer {
  const given = options[name]
  const settings = isMap(given) ? textKeyed(given) : {}
  const text = (key: string, fallback: string) => {
    const value = settings[key] ?? fallback
    const written = pythonStr(value)
    if (!isMap(value) && !Array.isArray(value) && !/[\0\n\r]/.test(written)) return written
    throw new SaltError('CONFIG_INVALID', `the option ${name}: ${key} must be one line of text`)
  }
  const ssl = settings['ssl']
  return {
    host: text('host', 'localhost'),
    port: Number(plainNumber(settings['port'] ?? defaultPort) ?? defaultPort),
    user: text('user', 'salt'),
    pass: text('pass', 'salt'),
    db: text('db', 'salt'),
    ssl: isMap(ssl) ? textKeyed(ssl) : {},
  }
}

/** How a client program is run. */
export interface ClientRun {
  /** Its names: the first that is there is run. */
  readonly programs: readonly string[]
  readonly args: readonly string[]
  /** What it gets beside our environment: passwords. */
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string
  /** The package that has it, for the error. */
  readonly from: string
}

const maxOutputBytes = 32 * 1024 * 1024
const timeoutMs = 60_000

/**
 * What a client program of a database prints. Rejects with `COMMAND_FAILED`, and in its own words when it fails.
 */
export async function printedBy(ctx: PillarContext, client: ClientRun): Promise<Buffer> {
  const program = client.programs.map((name) => ctx.find(name)).find((path) => path !== undefined)
  if (program === undefined) {
    throw new SaltError('COMMAND_FAILED', `the program ${client.programs[0]} is missing on the master`, {
      hint: `Install ${client.from}.`,
    })
  }
  const env = { ...process.env, LC_ALL: 'C.UTF-8', ...client.env }
  const { stdin } = client
  const { retcode, stdout, stderr, truncated, timedOut } = await ctx.run([program, ...client.args], {
    ...{ env, stdin, maxOutputBytes, timeoutMs },
  })
  if (timedOut) throw new SaltError('COMMAND_FAILED', `its query took longer than ${timeoutMs / 1000} s`)
  if (truncated) throw new SaltError('VALUE_TOO_LARGE', `its query gives more than ${maxOutputBytes} bytes`)
  if (retcode === 0) return stdout
  const lines = stderr.toString('utf8').trim().split('\n')
  const why = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? ''
  throw new SaltError('COMMAND_FAILED', why === '' ? `${client.programs[0]} ended with code ${retcode}` : why)
}
