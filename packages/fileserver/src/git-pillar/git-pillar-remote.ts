// SPDX-License-Identifier: Apache-2.0
import { parseSaltPath, SaltError } from '@halite/core'
import type { GitRemote } from '../git/git-remote.ts'
import { type ConfiguredRemote, configuredRemotes, type RemoteParameters } from '../git/remote-config.ts'
import type { GitPillarOptions } from './git-pillar-options.ts'

/** As a remote names its branch when that is the environment asked for. */
const anyEnv = '__env__'

/** A remote of `ext_pillar: - git`, with the environment that it gives pillar for. */
export interface GitPillarRemote {
  readonly remote: GitRemote
  /** A branch, tag or commit, or `__env__`. */
  readonly branch: string
  readonly base: string
  readonly env: string | undefined
  readonly fallback: string
  readonly allSaltenvs: string | undefined
  /** The directory of the repository with its `top.sls`, `` for all of it. */
  readonly root: string
  /** Where it lies for those that include its files, `` for a remote with a top file of its own. */
  readonly mountpoint: string
}

/** The environments that a minion asks for. */
export interface WantedEnvironment {
  readonly pillarenv?: string | undefined
  readonly saltenv?: string | undefined
}

const parameters: RemoteParameters = {
  shared: { base: 'text', branch: 'text', env: 'text', root: 'text', fallback: 'text' },
  only: { mountpoint: 'text', all_saltenvs: 'text' },
}

/** Reads what stands below `git` in `ext_pillar`. Throws `CONFIG_INVALID`, which names the remote and the parameter. */
export function gitPillarRemotes(
  remotes: readonly unknown[],
  options: GitPillarOptions,
): readonly GitPillarRemote[] {
  return configuredRemotes(remotes, {
    role: 'git_pillar',
    list: 'ext_pillar: git',
    options: { ...options },
    parameters,
    hasBranch: true,
  }).map(remoteOf)
}

function remoteOf({ remote, branch, values }: ConfiguredRemote): GitPillarRemote {
  const text = (name: string) => (values[name] === '' ? undefined : (values[name] as string | undefined))
  return {
    remote,
    branch: branch ?? text('branch') ?? 'master',
    base: text('base') ?? 'master',
    env: text('env'),
    fallback: text('fallback') ?? '',
    allSaltenvs: text('all_saltenvs'),
    root: pathOf(remote.id, 'root', text('root')),
    mountpoint: pathOf(remote.id, 'mountpoint', text('mountpoint')),
  }
}

function pathOf(id: string, name: string, value = ''): string {
  const text = value.replace(/^salt:\/\//, '').replace(/^\/+|\/+$/g, '')
  if (text === '' || text === '.') return ''
  try {
    return parseSaltPath(text)
  } catch (error) {
    throw new SaltError('CONFIG_INVALID', `ext_pillar: git: ${id}: ${name}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** The branch, tag or commit that such a minion is given. */
export function refFor({ branch, base, allSaltenvs }: GitPillarRemote, wanted: WantedEnvironment): string {
  if (branch !== anyEnv) return branch
  if (allSaltenvs !== undefined) return allSaltenvs
  const env = wanted.pillarenv || wanted.saltenv || 'base'
  return env === 'base' ? base : env
}

/** The environment of pillar that it makes of it. */
export function environmentFor(remote: GitPillarRemote, wanted: WantedEnvironment): string {
  const { branch, base, env, allSaltenvs } = remote
  if (branch === anyEnv && allSaltenvs !== undefined) return wanted.pillarenv || wanted.saltenv || 'base'
  if (env === anyEnv) return wanted.pillarenv || wanted.saltenv || base
  if (env !== undefined) return env
  const ref = refFor(remote, wanted)
  return ref === base ? 'base' : ref
}

/** Whether it depends on the minion which branch it is given: that one may be missing. */
export function followsMinion({ branch, allSaltenvs }: GitPillarRemote): boolean {
  return branch === anyEnv && allSaltenvs === undefined
}
