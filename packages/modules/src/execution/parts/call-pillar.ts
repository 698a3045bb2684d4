// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap, isTruthy, messageOf, parseYaml, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** What a call says of its pillar. */
export interface CallPillar {
  readonly pillar?: unknown
  /** The renderer that decrypts it. */
  readonly pillar_enc?: unknown
}

/**
 * The map that a call gives as `pillar`; undefined for none. With `pillar_enc` its texts are decrypted, or it is a text that
 * is decrypted and then read as YAML. Rejects with `ARGUMENTS_INVALID`, or `COMMAND_FAILED` where it cannot be decrypted.
 */
export async function callPillar(
  ctx: ExecContext,
  { pillar: given, pillar_enc: encoding }: CallPillar,
): Promise<DataMap | undefined> {
  if (given === undefined || given === null) return undefined
  const isEncrypted = isTruthy(encoding ?? null)
  const value = isEncrypted ? await decrypted(ctx, given, pythonStr(encoding).toLowerCase()) : given
  if (isMap(value)) return value
  throw new SaltError(
    'ARGUMENTS_INVALID',
    isEncrypted
      ? 'Decrypted CLI pillar override did not return a dictionary'
      : 'Pillar data must be formatted as a dictionary, unless pillar_enc is specified.',
  )
}

async function decrypted(ctx: ExecContext, given: unknown, renderer: string): Promise<unknown> {
  try {
    const allowed = ctx.options['decrypt_pillar_renderers']
    if (!Array.isArray(allowed) || !allowed.includes(renderer)) {
      const choices = Array.isArray(allowed) ? allowed.map(pythonStr).join(', ') : ''
      throw new Error(`'${renderer}' is not a valid decryption renderer. Valid choices are: ${choices}`)
    }
    const value = await ctx.render.value(given, { renderer, name: 'pillar' })
    return typeof value === 'string' ? parseYaml(value, 'pillar') : value
  } catch (error) {
    throw new SaltError('COMMAND_FAILED', `Failed to decrypt pillar override: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
