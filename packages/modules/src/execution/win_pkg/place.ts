// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Where the definitions of an environment come from, and where what was made of them is kept. */
export interface RepositoryPlace {
  readonly saltenv: string
  /** Directory of the file server: `salt://win/repo-ng`. */
  readonly source: string
  /** Directory of the copies. */
  readonly directory: string
  /** The compiled definitions: `winrepo_cachefile`. */
  readonly database: string
  /** What each file was rendered to. */
  readonly rendered: string
}

const defaultFile = 'winrepo.p'

/**
 * The place of an environment, which a job asks for once. Rejects with `CONFIG_INVALID` when `winrepo_source_dir` is no directory of the file
 * server.
 */
export function placeOf(ctx: ExecContext, saltenv: string): Promise<RepositoryPlace> {
  const key = `win_pkg/place/${saltenv}/${ctx.options['winrepo_source_dir']}`
  const known = ctx.memo.get(key) as Promise<RepositoryPlace> | undefined
  if (known !== undefined) return known
  const finding = findPlace(ctx, saltenv)
  ctx.memo.set(key, finding)
  return finding
}

async function findPlace(ctx: ExecContext, saltenv: string): Promise<RepositoryPlace> {
  const source = String(ctx.options['winrepo_source_dir']).replace(/\/+$/, '')
  if (!/^salt:\/\/[^?|]+$/.test(source)) {
    throw new SaltError('CONFIG_INVALID', `winrepo_source_dir is ${JSON.stringify(source)}`, {
      hint: 'Name a directory of the file server: salt://win/repo-ng',
    })
  }
  const directory = dirname(await ctx.files.cacheDest(`${source}/${defaultFile}`, { saltenv }))
  const database = join(directory, fileName(ctx))
  return { saltenv, source, directory, database, rendered: `${database}.rendered` }
}

/** How old the compiled definitions are, in seconds; undefined when there are none. */
export async function ageOf({ fs }: ExecContext, { database }: RepositoryPlace): Promise<number | undefined> {
  const found = await fs.stat(database)
  return found === undefined ? undefined : (Date.now() - found.mtimeMs) / 1000
}

/** Whether the machine has the files of the file server itself, so that it needs no copies. */
export function servesItself({ masters, options }: ExecContext): boolean {
  return masters === undefined || options['file_client'] === 'local'
}

function fileName({ options, log }: ExecContext): string {
  const given = String(options['winrepo_cachefile'])
  if (given !== '' && !/[/\\:*?"<>|\0]/.test(given) && !/^\.+$/.test(given)) return given
  log.error(
    `winrepo_cachefile is ${JSON.stringify(given)}, which is no name of a file: ${defaultFile} is used`,
  )
  return defaultFile
}

/** The environment that a call is about: what it says, else the minion's own. */
export function saltenvOf({ options }: ExecContext, given: unknown): string {
  return String(given || options['saltenv'] || 'base')
}
