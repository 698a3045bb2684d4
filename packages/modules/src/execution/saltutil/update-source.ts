// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { WebOptions } from '@halite/core'
import {
  fetchLimit,
  LocalDirectory,
  SignedRepository,
  type VersionFinder,
  WebAccess,
  WebDirectory,
} from '@halite/updater'

/**
 * Where the options of a minion say that new versions come from; `root` is the directory of its frozen release. What it may take
 * to find and fetch one counts from now.
 */
export function updateSource(
  options: Readonly<Record<string, unknown>>,
  { url, root }: { readonly url: string; readonly root: string },
): VersionFinder {
  const web = options as unknown as WebOptions
  const ending = fetchLimit(Number(options['update_fetch_timeout'] ?? 0) * 1000)
  if (options['update_verify'] === false) {
    // Nothing else says who answers.
    const settings = { access: new WebAccess({ ...web, verify_ssl: true }), ending }
    return /^https?:/.test(url)
      ? new WebDirectory(url, settings)
      : new LocalDirectory(url.replace(/^file:\/\//, ''))
  }
  const named = options['update_trust_root']
  const trusted = typeof named === 'string' && named !== '' ? named : join(root, 'trust', 'root.json')
  const trust = { root: trusted, directory: join(root, 'trust', 'metadata') }
  return new SignedRepository({ url, trust, settings: { access: new WebAccess(web), ending } })
}
