// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  findWritten,
  isMap,
  keysOf,
  mapValues,
  messageOf,
  pythonStr,
  SaltError,
  withEntry,
} from '@halite/core'
import type { DecryptSettings } from './settings.ts'

/** Runs a text through renderers, `gpg` for one. */
export type Decrypt = (text: string, renderers: string) => Promise<unknown>

/** A pillar with what `decrypt_pillar` names decrypted, and what went wrong in words. */
export interface Decrypted {
  readonly pillar: DataMap
  readonly errors: readonly string[]
}

/** How texts of a pillar are decrypted. */
export interface DecryptParts {
  readonly settings: DecryptSettings
  readonly decrypt: Decrypt
  /** What the minion gave itself: none of its texts is decrypted, as it may have them from the pillar of another. */
  readonly given?: DataMap | undefined
}

/** Decrypts every text below the keys that the settings name; a missing key is ignored. */
export async function decryptPillar(
  pillar: DataMap,
  { settings, decrypt, given }: DecryptParts,
): Promise<Decrypted> {
  const errors: string[] = []
  const foreign = new Set(textsIn(given))
  let result = pillar
  for (const { path, renderers } of wantedIn(settings, errors)) {
    try {
      checkAllowed(renderers, settings)
      result = await changedAt(result, path.split(settings.delimiter), (value) =>
        decryptedBelow(value, async (text) => (foreign.has(text) ? text : decrypt(text, renderers))),
      )
    } catch (error) {
      errors.push(`Failed to decrypt pillar key '${path}': ${messageOf(error)}`)
    }
  }
  return { pillar: result, errors }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isMap(value) ? entriesOf(value).flatMap(([, item]) => textsIn(item)) : []
}

interface Wanted {
  readonly path: string
  readonly renderers: string
}

/** `[a:b, {c:d: gpg}]`, or one map. */
function wantedIn({ keys, fallback }: DecryptSettings, errors: string[]): readonly Wanted[] {
  const items: readonly unknown[] = isMap(keys) ? [keys] : keys
  return items.flatMap((item): Wanted[] => {
    if (typeof item === 'string') return [{ path: item, renderers: fallback }]
    if (isMap(item)) {
      return entriesOf(item).map(([path, named]) => ({
        path: pythonStr(path),
        renderers: typeof named === 'string' && named !== '' ? named : fallback,
      }))
    }
    errors.push('decrypt_pillar config option is malformed')
    return []
  })
}

function checkAllowed(renderers: string, { allowed }: DecryptSettings): void {
  const refused = renderers.split('|').find((name) => !allowed.includes(name.trim().split(/\s/)[0] ?? ''))
  if (refused === undefined) return
  throw new SaltError(
    'RENDERER_UNKNOWN',
    `'${refused}' is not a valid decryption renderer. Valid choices are: ${allowed.join(', ')}`,
    {
      hint: 'The option decrypt_pillar_renderers lists those that are.',
    },
  )
}

/** A copy of `data` with the value at the end of a path changed; `data` itself where the path leads nowhere. */
async function changedAt(
  data: DataMap,
  [key = '', ...rest]: readonly string[],
  change: (value: unknown) => Promise<unknown>,
): Promise<DataMap> {
  const found = findWritten(data, key)
  if (found === undefined) return data
  const name = keysOf(data).find((each) => pythonStr(each) === key) ?? key
  if (rest.length === 0) return withEntry(data, name, await change(found.value))
  return isMap(found.value) ? withEntry(data, name, await changedAt(found.value, rest, change)) : data
}

async function decryptedBelow(value: unknown, decrypt: (text: string) => Promise<unknown>): Promise<unknown> {
  if (typeof value === 'string') return decrypt(value)
  if (Array.isArray(value)) return Promise.all(value.map((item) => decryptedBelow(item, decrypt)))
  if (!isMap(value)) return value
  const inner = new Map<unknown, unknown>()
  for (const [key, item] of entriesOf(value)) inner.set(key, await decryptedBelow(item, decrypt))
  return mapValues(value, (_item, key) => inner.get(key))
}
