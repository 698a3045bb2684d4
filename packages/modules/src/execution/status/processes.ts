// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isSaltError, mapOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { compileSearch } from '@halite/targeting'
import { userOf } from '../file/accounts.ts'

/** A process, as `ps` shows it. */
export interface Process {
  readonly user: string
  readonly cmd: string
}

/** All processes by number, the smallest first. Those that end meanwhile are left out. */
export async function processes(ctx: ExecContext): Promise<DataMap> {
  return mapOf(await listed(ctx))
}

async function listed(ctx: ExecContext): Promise<[string, Process][]> {
  const pids = (await ctx.fs.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found: [string, Process][] = []
  for (const pid of pids.sort((a, b) => a - b)) {
    const known = await processAt(ctx, pid)
    if (known !== undefined) found.push([String(pid), known])
  }
  return found
}

/** The numbers of the processes that an expression is found in, one a line; that of the job itself is left out. */
export async function findProcesses(ctx: ExecContext, expression: string): Promise<string> {
  const isFound = compiled(expression)
  const others = (await listed(ctx)).filter(([pid]) => Number(pid) !== process.pid)
  return others
    .filter(([, { user, cmd }]) => isFound(`${user} ${cmd}`))
    .map(([pid]) => pid)
    .join('\n')
}

async function processAt(ctx: ExecContext, pid: number): Promise<Process | undefined> {
  try {
    const [status, line] = await Promise.all([
      ctx.fs.readText(`/proc/${pid}/status`),
      ctx.fs.readText(`/proc/${pid}/cmdline`),
    ])
    const name = /^Name:\t(.*)$/m.exec(status)?.[1] ?? ''
    const uid = /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1] ?? '0'
    const cmd = line.replace(/\0+$/, '').replaceAll('\0', ' ')
    return { user: String(await userOf(ctx, Number(uid))), cmd: cmd === '' ? `[${name}]` : cmd }
  } catch {
    // It has ended, or it is not ours to look at.
    return undefined
  }
}

function compiled(expression: string): (text: string) => boolean {
  try {
    return compileSearch(expression)
  } catch (error) {
    if (!isSaltError(error)) throw error
    throw new SaltError('ARGUMENTS_INVALID', `'${expression}' is no regular expression: ${error.message}`, {
      cause: error,
    })
  }
}
