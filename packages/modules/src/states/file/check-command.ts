// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path'
import { isTruthy, pythonStr, valueAt } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { holds } from '../../execution/file/compare.ts'
import type { Managed } from '../../execution/file/manage.ts'
import type { ManagedValues } from './managed-arguments.ts'
import { failure, type Result } from './result.ts'

/** Shows the new content to `check_cmd` before the file has it. */
export async function checkCommand(
  ctx: StateContext,
  wanted: Managed,
  args: Pick<ManagedValues, 'check_cmd' | 'tmp_dir' | 'tmp_ext'>,
): Promise<Result | undefined> {
  const { name, content } = wanted
  if (!isTruthy(args.check_cmd) || content === undefined || (await holds(ctx, name, content)))
    return undefined
  const directory = args.tmp_dir === '' ? dirname(name) : args.tmp_dir
  if (!(await ctx.fs.isDirectory(directory)))
    return failure(`Unable to check_cmd file: ${directory} is no directory`)
  const copy = join(directory, `.${crypto.randomUUID()}${args.tmp_ext}`)
  const forget = ctx.leftovers.note({ kind: 'file', path: copy })
  try {
    if ('data' in content) await ctx.fs.write(copy, content.data, { mode: 0o600, durable: false })
    else await ctx.fs.replace(copy, content.path, { mode: 0o600, durable: false })
    return await acceptedBy(ctx, pythonStr(args.check_cmd), copy)
  } finally {
    await ctx.fs.remove(copy)
    forget()
  }
}

/** Undefined when the command accepts the file. */
export async function acceptedBy(
  ctx: StateContext,
  command: string,
  path: string,
): Promise<Result | undefined> {
  const all = await ctx.call('cmd.run_all', { cmd: `${command} ${path}`, python_shell: true })
  const fact = (key: string) => valueAt(all as Record<string, unknown>, key)
  if (fact('retcode') === 0) return undefined
  const printed = [fact('stdout'), fact('stderr')].filter(isTruthy).map((text) => `\n${pythonStr(text)}`)
  return {
    changes: {},
    result: false,
    comment: `check_cmd execution failed${printed.join('')}`,
    skip_watch: true,
  }
}
