// SPDX-License-Identifier: Apache-2.0
import { parseSaltUrl } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Logs in Salt's words that a file is on no server: what is returned for it does not name it. */
export function logMissing({ log, options }: ExecContext, url: string, saltenv: string | undefined): void {
  const own = url.startsWith('salt://') ? parseSaltUrl(url).saltenv : undefined
  const env = own ?? (saltenv || options['saltenv'] || 'base')
  log.error(`Unable to cache file '${url}' from saltenv '${env}'.`)
}

/** A file, or what is returned in its place once that is logged. */
export async function orMissing<T, M>(
  ctx: ExecContext,
  found: Promise<T | undefined>,
  { url, saltenv, value }: { readonly url: string; readonly saltenv: string | undefined; readonly value: M },
): Promise<T | M> {
  const file = await found
  if (file !== undefined) return file
  logMissing(ctx, url, saltenv)
  return value
}
