// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, messageOf, SaltError, systemCodeOf } from '@halite/core'
import { BlobStore } from '../git/blob-store.ts'
import { exportTree } from '../git/export-tree.ts'
import { GitMirror } from '../git/git-mirror.ts'
import { type ConfiguredRemote, configuredRemotes } from '../git/remote-config.ts'
import { wantedTree } from '../git/wanted-tree.ts'
import type { WinrepoOptions } from './winrepo-options.ts'

/** What `winrepo.update_git_repos` works with: the options of a master or minion. */
export interface WinrepoUpdate {
  readonly options: WinrepoOptions
  /** Remove directories beside the checkouts that belong to no remote. */
  readonly clean: boolean
  readonly log: Logger
  readonly signal?: AbortSignal | undefined
}

interface Checkout {
  readonly configured: ConfiguredRemote
  /** `<winrepo_dir>/<name>/_`, as Salt has it. */
  readonly directory: string
}

/** The options that name remotes, and where these are checked out. */
const parts = [
  ['winrepo_remotes', 'winrepo_dir'],
  ['winrepo_remotes_ng', 'winrepo_dir_ng'],
] as const

/**
 * Fetches the remotes of `winrepo_remotes` and `winrepo_remotes_ng` and checks each out; resolves to remote → directory. Rejects,
 * before anything is fetched, with `CONFIG_INVALID` when two remotes would share a directory, and with `GIT_FAILED`.
 */
export async function updateWinrepo(update: WinrepoUpdate): Promise<Record<string, string>> {
  const { options, clean, log } = update
  try {
    const planned = parts.map(([remotes, base]) => {
      const directory = options[base]
      return { directory, checkouts: checkoutsOf(options, options[remotes], directory) }
    })
    const done: Record<string, string> = {}
    for (const { directory, checkouts } of planned) {
      for (const checkout of checkouts) {
        await checkOut(checkout, update)
        done[checkout.configured.remote.id] = checkout.directory
      }
      if (clean) await removeOthers(directory, checkouts, log)
    }
    return done
  } catch (error) {
    throw withPrefix(error)
  }
}

function checkoutsOf(
  options: WinrepoOptions,
  remotes: readonly unknown[],
  base: string,
): readonly Checkout[] {
  const configured = configuredRemotes(remotes, {
    role: 'winrepo',
    options: { ...options },
    parameters: { shared: { branch: 'text', fallback: 'text' }, only: { ref: 'text' } },
    hasBranch: true,
  })
  const checkouts = configured.map((one) => ({ configured: one, directory: join(base, nameOf(one), '_') }))
  refuseCollisions(checkouts)
  return checkouts
}

/** The parameter `name`, else the last part of the URL. */
function nameOf({ remote: { name, url, id } }: ConfiguredRemote): string {
  if (name !== undefined) return name
  const last =
    url.href
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .at(-1) ?? ''
  const short = last.replace(/\.git$/, '')
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(short)) return short
  throw new SaltError('CONFIG_INVALID', `${id}: ${JSON.stringify(short)} is no name for a directory`, {
    hint: "Give the remote one with the per-remote parameter 'name'.",
  })
}

/** Names of directories are the same in upper and lower case on some machines. */
function refuseCollisions(checkouts: readonly Checkout[]): void {
  for (const sharing of byDirectory(checkouts).values()) {
    if (sharing.length === 1) continue
    const remotes = sharing.map(({ configured }) => configured.remote.id).join(', ')
    throw new SaltError(
      'CONFIG_INVALID',
      `The following winrepo remotes have conflicting cachedirs: ${remotes}. Resolve this using a per-remote parameter called 'name'.`,
      { hint: 'For example: - https://example.com/baz.git: [{name: baz_junior}]' },
    )
  }
}

function byDirectory(checkouts: readonly Checkout[]): Map<string, Checkout[]> {
  const groups = new Map<string, Checkout[]>()
  for (const checkout of checkouts) {
    const key = checkout.directory.toLowerCase()
    groups.set(key, [...(groups.get(key) ?? []), checkout])
  }
  return groups
}

async function checkOut(
  { configured, directory }: Checkout,
  { options, signal }: WinrepoUpdate,
): Promise<void> {
  const cache = join(options.cachedir, 'winrepo')
  const mirror = new GitMirror({
    remote: configured.remote,
    directory: cache,
    isLockGlobal: true,
    lockTimeoutMs: 0,
  })
  await mirror.update(signal)
  const { branch, values } = configured
  const tree = await wantedTree(mirror, {
    ref: String(branch ?? values['ref'] ?? values['branch'] ?? 'master'),
    fallback: String(values['fallback'] ?? ''),
    role: 'winrepo',
  })
  const blobs = new BlobStore({ directory: join(cache, 'blobs'), hashType: 'sha256' })
  await mkdir(join(directory, '..'), { recursive: true, mode: 0o755 })
  await exportTree({ mirror, blobs, tree, directory })
  await blobs.prune()
}

async function removeOthers(base: string, checkouts: readonly Checkout[], log: Logger): Promise<void> {
  const kept = new Set(checkouts.map(({ directory }) => join(directory, '..')))
  for (const entry of await entriesOf(base)) {
    const path = join(base, entry.name)
    if (!entry.isDirectory() || kept.has(path)) continue
    log.info(`${path} belongs to no remote and is removed`)
    await rm(path, { recursive: true, force: true })
  }
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  }
}

function withPrefix(error: unknown): unknown {
  if (!(error instanceof SaltError)) return error
  return new SaltError(error.code, `Failed to update winrepo_remotes: ${messageOf(error)}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}
