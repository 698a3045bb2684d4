// SPDX-License-Identifier: Apache-2.0
import { isMap, pythonStr, SaltError, textKeyed } from '@halite/core'
import type { PillarContext } from '@halite/loader'
import { type PillarConfig, settingsOf, textOf } from './settings.ts'

const names = ['url', 'with_grains', 'header_dict', 'auth', 'username', 'password', 'namespace']
const maxBytes = 16 * 1024 * 1024
const timeoutMs = 60_000

/** What a server answered, and below which key it belongs. */
export interface Answer {
  readonly text: string
  readonly namespace: unknown
}

/**
 * Asks the URL of the settings: `%s` in it is the id of the minion, with `with_grains` `<name>` a grain, both percent-encoded.
 * Rejects with `COMMAND_FAILED` when it cannot be had.
 */
export async function asked(ctx: PillarContext, config: unknown): Promise<Answer> {
  const settings = settingsOf(config, names)
  const url = urlOf(ctx, settings)
  const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(timeoutMs)])
  try {
    const response = await fetch(url, { headers: headersOf(settings), signal })
    if (!response.ok) throw new Error(`it answered ${response.status}`)
    return { text: await bodyOf(response), namespace: settings['namespace'] }
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message : message
    throw new SaltError('COMMAND_FAILED', `${new URL(url).host} gave no data: ${why}`, { cause: error })
  }
}

function urlOf({ id, grains }: PillarContext, settings: PillarConfig): string {
  const url = textOf(settings, 'url').replaceAll('%s', encodeURIComponent(id))
  if (settings['with_grains'] !== true) return url
  return url.replace(/<(.*?)>/g, (_all, name: string) => {
    const value = grainText(grains, name)
    if (value === undefined)
      throw new SaltError('COMMAND_FAILED', `the minion has no grain ${name} for its URL`)
    return encodeURIComponent(value)
  })
}

function headersOf({ header_dict, username, password }: PillarConfig): Record<string, string> {
  const given = isMap(header_dict) ? Object.entries(textKeyed(header_dict)) : []
  const headers = Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
  if (username === undefined || username === null) return headers
  const credentials = Buffer.from(`${username}:${password ?? ''}`).toString('base64')
  return { ...headers, authorization: `Basic ${credentials}` }
}

async function bodyOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body ?? []) {
    size += piece.length
    if (size > maxBytes) throw new Error(`its answer is larger than ${maxBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** The value at the keys of `a:b` as text; undefined where there is none. */
function grainText(grains: PillarContext['grains'], path: string): string | undefined {
  let value: unknown = grains
  for (const key of path.split(':')) {
    const inner = isMap(value) ? textKeyed(value) : {}
    if (!Object.hasOwn(inner, key)) return undefined
    value = inner[key]
  }
  return value === null || value === '' ? undefined : pythonStr(value)
}
