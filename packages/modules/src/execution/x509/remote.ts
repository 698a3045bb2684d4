// SPDX-License-Identifier: Apache-2.0
import { isTruthy, SaltError, toPlain } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { isPlain, type Plain } from './written-values.ts'

interface RemoteQuery {
  readonly caServer: string
  readonly name: string | undefined
}

/** What a CA on another minion signs; the master has to permit the call of `x509.sign_remote_certificate`. */
export async function signedByRemote(ctx: ExecContext, query: RemoteQuery, values: Plain): Promise<unknown> {
  return askRemote(ctx, query, [values, false])
}

/** The policy of a CA on another minion. */
export async function policyOfRemote(ctx: ExecContext, query: RemoteQuery): Promise<unknown> {
  return askRemote(ctx, query, [{}, true])
}

async function askRemote(
  ctx: ExecContext,
  { caServer, name }: RemoteQuery,
  [values, policyOnly]: readonly [Plain, boolean],
): Promise<unknown> {
  const publish: string = 'publish.publish'
  const answer: unknown = toPlain(
    await ctx.call(publish, [caServer, 'x509.sign_remote_certificate'], {
      arg: [name ?? null, values, policyOnly],
    }),
  )
  if (!isPlain(answer) || !isTruthy(answer))
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'ca_server did not respond. Salt master must permit peers to call the sign_remote_certificate function.',
    )
  const result = Object.values(answer)[0]
  if (!isPlain(result) || !('data' in result))
    throw new SaltError(
      'COMMAND_FAILED',
      'Received invalid return value from ca_server. See minion log for details',
    )
  const errors = Array.isArray(result['errors']) ? result['errors'] : []
  if (errors.length > 0)
    throw new SaltError('COMMAND_FAILED', `ca_server reported errors:\n${errors.join('\n')}`)
  return result['data']
}
