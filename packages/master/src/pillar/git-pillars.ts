// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { equal, isMap, type Logger, messageOf, SaltError, valueAt } from '@halite/core'
import { GitPillar, type GitPillarOptions, type GitPillarPart, UpdateLoop } from '@halite/fileserver'
import type { PillarCheckouts, PillarFetch, PillarRemoteChoice } from '@halite/loader'
import type { CheckOutWanted } from './settings.ts'

/** The options that it uses. */
export interface GitPillarsOptions extends GitPillarOptions {
  readonly ext_pillar: readonly unknown[]
  readonly cachedir: string
}

/** What remotes of a master are read from. */
export interface GitPillarsInit {
  readonly options: GitPillarsOptions
  readonly log: Logger
}

interface Configured {
  readonly remotes: readonly unknown[]
  readonly source: GitPillar
}

/** The remotes of git that `ext_pillar` names: fetched every now and then, checked out for whoever compiles pillar. */
export class GitPillars {
  readonly #configured: readonly Configured[]
  readonly #updates: UpdateLoop

  /** Throws `CONFIG_INVALID` for remotes that cannot be right. */
  constructor({ options, log }: GitPillarsInit) {
    const directory = join(options.cachedir, 'git_pillar')
    this.#configured = gitIn(options.ext_pillar).map((remotes) => {
      return { remotes, source: new GitPillar({ options, remotes, directory }) }
    })
    const intervalMs = options.git_pillar_update_interval * 1000
    const tasks = this.#parts().map(({ source, part }) => ({
      id: part.config.remote.id,
      intervalMs,
      run: async (signal: AbortSignal) => void (await source.update(part, signal)),
    }))
    this.#updates = new UpdateLoop({ tasks, log })
  }

  /** Begins to fetch. */
  start(): void {
    this.#updates.start()
  }

  async close(): Promise<void> {
    await this.#updates.close()
  }

  /** The directories for a minion. Rejects with `CONFIG_INVALID` for remotes that `ext_pillar` does not name. */
  async checkOut({ remotes, ...wanted }: CheckOutWanted): Promise<PillarCheckouts> {
    const found = this.#configured.find((each) => equal(each.remotes, remotes))
    if (found !== undefined) return found.source.checkouts(wanted)
    throw new SaltError('CONFIG_INVALID', 'only remotes that ext_pillar names are checked out')
  }

  /**
   * Fetches remotes now: remote → true for what is new, null for nothing, false for a failure. Rejects with `COMMAND_FAILED` when
   * there is no such remote.
   */
  async update({ branch, repo }: PillarRemoteChoice): Promise<PillarFetch> {
    const failures: string[] = []
    const chosen = this.#parts().filter(({ part: { config } }) => {
      const names = [config.remote.url.href, config.remote.url.shown, config.remote.name]
      return (branch ?? config.branch) === config.branch && (repo === undefined || names.includes(repo))
    })
    if (chosen.length === 0) throw noRemote(branch !== undefined || repo !== undefined)
    const results = chosen.map(async ({ source, part }) => {
      const result = await updated(source, part).catch((error: unknown) => {
        failures.push(messageOf(error))
        return false
      })
      return [part.config.remote.id, result] as const
    })
    return { remotes: Object.fromEntries(await Promise.all(results)), failures }
  }

  #parts(): readonly { readonly source: GitPillar; readonly part: GitPillarPart }[] {
    return this.#configured.flatMap(({ source }) => source.parts.map((part) => ({ source, part })))
  }
}

/** What stands behind each `git` of the list. */
function gitIn(external: readonly unknown[]): readonly (readonly unknown[])[] {
  return external.flatMap((item) => {
    const config = isMap(item) ? valueAt(item, 'git') : undefined
    if (config === undefined) return []
    return [Array.isArray(config) ? config : [config]]
  })
}

async function updated(source: GitPillar, part: GitPillarPart): Promise<true | null> {
  return (await source.update(part)) ? true : null
}

function noRemote(isChoice: boolean): SaltError {
  return isChoice
    ? new SaltError('COMMAND_FAILED', 'Specified git branch/repo not found in ext_pillar config')
    : new SaltError('COMMAND_FAILED', 'No git_pillar remotes are configured', {
        hint: 'Name them in ext_pillar of the master: - git: [master https://…].',
      })
}
