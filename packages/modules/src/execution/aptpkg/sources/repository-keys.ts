// SPDX-License-Identifier: Apache-2.0
import { basename, dirname } from 'node:path'
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { optionOf, type SourceEntry } from './entry.ts'
import { addRepositoryKey, type NewKey } from './keys.ts'

type Keywords = Readonly<Record<string, unknown>>

export interface KeyRequest {
  readonly aptkey: boolean
  readonly saltenv: string
  /** `key_url`, `key_text`, or `keyid` with `keyserver`. */
  readonly kwargs: Keywords
}

/**
 * Adds the keys that come with a repository, so that they are there when it is first read: to the file that its `signed-by`
 * names, or to the keys that every repository may be signed with. Rejects with ARGUMENTS_INVALID and COMMAND_FAILED.
 */
export async function addKeysOf(ctx: ExecContext, request: KeyRequest, entry: SourceEntry): Promise<void> {
  const [signedBy] = optionOf(entry, 'signed-by')
  if (!request.aptkey && signedBy === undefined)
    throw new SaltError('ARGUMENTS_INVALID', "missing 'signedby' option when apt-key is missing", {
      hint: 'Name the file of the key in the line: deb [signed-by=/etc/apt/keyrings/example.gpg] …',
    })
  const place =
    signedBy === undefined
      ? { aptkey: true }
      : { aptkey: false, keydir: dirname(signedBy), keyfile: basename(signedBy) }
  for (const source of requestedKeys(request.kwargs)) {
    const added = await addRepositoryKey(ctx, { ...source, ...place, saltenv: request.saltenv })
    if (added) continue
    throw new SaltError('COMMAND_FAILED', `Could not add key: ${source.keyid ?? source.path ?? 'key_text'}`, {
      hint:
        signedBy === undefined
          ? 'The log has the reason.'
          : `Does ${dirname(signedBy)} exist? The log has the reason.`,
    })
  }
}

type KeySource = Pick<NewKey, 'path' | 'text' | 'keyid' | 'keyserver' | 'keyfile'>

function requestedKeys(kwargs: Keywords): KeySource[] {
  const text = (name: string) => (isTruthy(kwargs[name] ?? null) ? pythonStr(kwargs[name]) : undefined)
  if (kwargs['keyid'] !== undefined) {
    const keyserver = text('keyserver')
    if (text('keyid') === undefined || keyserver === undefined)
      throw new SaltError('ARGUMENTS_INVALID', 'both keyserver and keyid options required.')
    return [kwargs['keyid']].flat().map((id) => ({ keyid: keyIdOf(id), keyserver }))
  }
  const path = text('key_url')
  if (path !== undefined) return [{ path }]
  const key = text('key_text')
  return key === undefined ? [] : [{ text: key, keyfile: 'halite.asc' }]
}

/** YAML reads `0x1234ABCD` as a number. */
function keyIdOf(id: unknown): string {
  return typeof id === 'number' || typeof id === 'bigint' ? id.toString(16).padStart(8, '0') : pythonStr(id)
}
