// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, toPlain } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { longExtensionNames } from './extension-names.ts'
import { attributeNames, longAttributeNames, renameLong } from './names.ts'
import { pemText } from './pem.ts'
import { policyOfRemote } from './remote.ts'
import { loadCertificate } from './sources.ts'
import { isPlain } from './written-values.ts'

/** What a CA demands of certificates, by the name of the policy; empty for one that does not exist. */
export async function signingPolicy(
  ctx: ExecContext,
  name: string | undefined,
  caServer?: string,
): Promise<Record<string, unknown>> {
  const policy =
    caServer === undefined ? await localPolicy(ctx, name) : await remotePolicy(ctx, name, caServer)
  renameLong(policy, longAttributeNames)
  renameLong(policy, longExtensionNames)
  return policy
}

/** The policy of this minion: in the pillar or the configuration, below `x509_signing_policies`. */
export async function localPolicy(
  ctx: ExecContext,
  name: string | undefined,
): Promise<Record<string, unknown>> {
  if (name === undefined) return {}
  const path = 'x509_signing_policies'
  for (const fun of ['pillar.get', 'config.get'] as const) {
    const all = toPlain(await ctx.call(fun, { key: path, default: {} }))
    const found = isPlain(all) ? all[name] : undefined
    if (found !== undefined && isTruthy(found)) return mapOf(found)
  }
  return {}
}

/** Merges a policy into arguments: what it says stands, and parts of a subject join those of the same kind. */
export function mergePolicy(
  given: Readonly<Record<string, unknown>>,
  values: Record<string, unknown>,
): Record<string, unknown> {
  const policy = { ...given }
  renameLong(values, longAttributeNames)
  renameLong(values, longExtensionNames)
  if ('subject' in values && Object.keys(policy).length > 0) mergeSubject(policy, values)
  return Object.assign(values, policy)
}

function mergeSubject(policy: Record<string, unknown>, values: Record<string, unknown>): void {
  if (attributeNames.some((name) => name in policy)) {
    delete values['subject']
    return
  }
  const [own, demanded] = [values['subject'], policy['subject']]
  if (isPlain(own) && isPlain(demanded)) values['subject'] = { ...own, ...demanded }
  else if (Array.isArray(own) && Array.isArray(demanded)) values['subject'] = [...demanded, ...own]
  else return
  delete policy['subject']
}

async function remotePolicy(ctx: ExecContext, name: string | undefined, caServer: string) {
  const key = `x509/policies/${caServer}/${name}`
  const kept = ctx.memo.get(key) ?? (await policyOfRemote(ctx, { caServer, name }))
  ctx.memo.set(key, kept)
  const policy = mapOf(kept)
  if (policy['signing_cert'] !== undefined) {
    const { certificate } = await loadCertificate(ctx, policy['signing_cert'])
    policy['signing_cert'] = pemText('CERTIFICATE', certificate.der)
  }
  return policy
}

/** A policy is a map, or a list of maps. */
function mapOf(policy: unknown): Record<string, unknown> {
  const parts = Array.isArray(policy) ? policy : [policy]
  return Object.assign({}, ...parts.filter((part) => isMap(part)))
}
