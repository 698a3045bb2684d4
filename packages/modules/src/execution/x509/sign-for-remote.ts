// SPDX-License-Identifier: Apache-2.0
import { isSaltError, isTruthy, pythonStr, toPlain } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { certificateValues, createHere } from './create.ts'
import { localPolicy, mergePolicy } from './signing-policy.ts'
import { isFilePath, loadCertificate } from './sources.ts'
import { isPlain, type Plain } from './written-values.ts'

/** What a minion that asked for a certificate is answered. */
export interface RemoteAnswer {
  readonly data: unknown
  readonly errors: readonly string[]
}

const ofTheCa = new Set([
  'ca_server',
  'copypath',
  'prepend_cn',
  'signing_private_key',
  'signing_private_key_passphrase',
  'signing_cert',
  'private_key',
  'private_key_passphrase',
])

interface RemoteArguments {
  readonly signing_policy: string | undefined
  readonly kwargs: unknown
  readonly get_signing_policy_only: boolean
  readonly more_kwargs: Readonly<Record<string, unknown>>
}

/** `x509.sign_remote_certificate`: the policy decides who may ask, and what stands whatever is asked. */
export async function signForRemote(ctx: ExecContext, args: RemoteArguments): Promise<RemoteAnswer> {
  let values: Record<string, unknown>
  try {
    const policy = await localPolicy(ctx, args.signing_policy)
    if (Object.keys(policy).length === 0)
      return refused('signing_policy must be specified and defined on signing minion')
    if ('minions' in policy) {
      const asks = args.more_kwargs['__pub_id']
      if (asks === undefined) return refused('minion sending this request could not be identified')
      const allowed = pythonStr(policy['minions'])
      delete policy['minions']
      if (!(await isAllowed(ctx, allowed, pythonStr(asks))))
        return refused('minion not permitted to use specified signing policy')
    }
    if (args.get_signing_policy_only) return await policyForRemote(ctx, policy)
    const asked = toPlain(args.kwargs)
    const problem = await pathIn(ctx, asked)
    if (problem !== undefined) return refused(problem)
    values = mergePolicy(policy, isPlain(asked) ? askable(asked) : {})
  } catch (error) {
    ctx.log.error(
      `The signing policy cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    )
    return refused('Failed building the signing policy. See CA server log for details.')
  }
  try {
    const { certificate } = await createHere(ctx, certificateValues(values))
    return { data: certificate.der, errors: [] }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return refused(error.message)
  }
}

/** Arguments that a remote minion may not pass: the keys of the CA, and paths to write to. */
function askable(asked: Plain): Record<string, unknown> {
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !ofTheCa.has(name)))
}

/** A remote minion sends its keys and requests as text; they are never read from files of the CA. */
async function pathIn(ctx: ExecContext, asked: unknown): Promise<string | undefined> {
  for (const name of ['csr', 'public_key']) {
    const given = isPlain(asked) ? asked[name] : undefined
    if (await isFilePath(ctx, given)) return `${name} must be sent, and not be a path on the CA server`
  }
  return undefined
}

/** The policy, without what only the CA may know. */
async function policyForRemote(ctx: ExecContext, policy: Record<string, unknown>): Promise<RemoteAnswer> {
  const { signing_private_key: _, signing_private_key_passphrase: __, ...known } = policy
  if (known['signing_cert'] === undefined) return { data: known, errors: [] }
  try {
    const { certificate } = await loadCertificate(ctx, known['signing_cert'])
    return { data: { ...known, signing_cert: certificate.der }, errors: [] }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return refused(error.message)
  }
}

async function isAllowed(ctx: ExecContext, expression: string, minion: string): Promise<boolean> {
  if (!expression.includes('@')) return isTruthy(await ctx.call('match.glob', [expression, minion]))
  const runner: string = 'publish.runner'
  const answer = toPlain(await ctx.call(runner, ['match.compound_matches'], { arg: [expression, minion] }))
  return isPlain(answer) && answer['res'] === minion
}

function refused(error: string): RemoteAnswer {
  return { data: null, errors: [error] }
}
