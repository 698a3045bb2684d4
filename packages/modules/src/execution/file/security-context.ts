// SPDX-License-Identifier: Apache-2.0
import { isMap, SaltError, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { expandUser } from './paths.ts'

/** Parts of a label of SELinux. */
export interface SecurityContext {
  readonly user?: string | undefined
  readonly role?: string | undefined
  readonly type?: string | undefined
  readonly range?: string | undefined
}

/** The label of a path, its parts separated by colons; undefined where there is none. */
export async function securityContextOf(ctx: ExecContext, path: string): Promise<string | undefined> {
  const { retcode, stdout } = await ctx.run.text(['stat', '-c', '%C', '--', await expandUser(ctx, path)])
  return retcode === 0 ? stdout : undefined
}

/** Sets parts of a label; the label, or false. */
export async function setSecurityContext(
  ctx: ExecContext,
  { path: given, persist, ...label }: SecurityContext & { readonly path: string; readonly persist: boolean },
): Promise<string | false> {
  const { user, role, type, range } = label
  if (!user && !role && !type && !range) return false
  const path = await expandUser(ctx, given)
  if (persist) await changePolicy(ctx, path, label)
  const parts = [
    ['-u', user],
    ['-r', role],
    ['-t', type],
    ['-l', range],
  ].flatMap(([option = '', value]) => (value ? [option, value] : []))
  const { retcode, stderr } = await ctx.run.text(['chcon', ...parts, '--', path])
  if (retcode !== 0) ctx.log.error(stderr)
  return retcode === 0 && ((await securityContextOf(ctx, path)) ?? false)
}

async function changePolicy(ctx: ExecContext, path: string, { user, type, range }: SecurityContext) {
  const call = ctx.call as (fun: string, args: readonly unknown[], more: object) => Promise<unknown>
  const outcome = await call('selinux.fcontext_add_policy', [path], {
    sel_type: type,
    sel_user: user,
    sel_level: range,
  })
  if (isMap(outcome) && valueAt(outcome, 'retcode') === 0) return
  throw new SaltError('COMMAND_FAILED', `Problem setting fcontext: ${JSON.stringify(outcome)}`)
}
