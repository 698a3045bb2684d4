// SPDX-License-Identifier: Apache-2.0
import { compareText, pythonStr, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { splitWords } from '../cmd/split-words.ts'
import { withTarBytes } from './bytes.ts'
import { ArchiveBudget, checkMember, type Member, type Names } from './members.ts'
import { rarMembers } from './rar.ts'
import { tarEntries } from './tar-reader.ts'
import { zipMembers } from './zip-reader.ts'

/** The names that an archive holds, by kind; those of directories end with a slash. */
export interface Contents {
  readonly dirs: readonly string[]
  readonly files: readonly string[]
  readonly links: readonly string[]
  readonly top_level_dirs: readonly string[]
  readonly top_level_files: readonly string[]
  readonly top_level_links: readonly string[]
}

/** How an archive is listed. */
export interface ListQuery {
  /** What the archive is called in messages. */
  readonly name: string
  readonly format: string
  /** The words of a command that prints a tar archive unpacked. */
  readonly options?: string | undefined
  /** Parts of each name that are left out. */
  readonly stripComponents?: number | undefined
  /** Whether a member that must not be extracted is an error. */
  readonly refuses?: boolean
}

/** The format of an archive by the end of its name; undefined for one that is not known. */
export function guessedFormat(name: string): string | undefined {
  const lower = name.toLowerCase()
  if (/\.(?:tar|tar\.gz|tgz|tar\.bz2|tbz2|tbz|tar\.xz|txz|tar\.lzma|tlz|tar\.zst|tzst)$/.test(lower))
    return 'tar'
  return /\.(zip|rar)$/.exec(lower)?.[1]
}

/** What an archive on this machine holds. */
export async function listArchive(ctx: ExecContext, path: string, query: ListQuery): Promise<Contents> {
  const { name, format } = query
  const list = lists[format]
  if (list === undefined) throw new SaltError('COMMAND_FAILED', `Unsupported archive format '${format}'`)
  try {
    const found = await list(ctx, path, query)
    return contentsOf(query.stripComponents ? stripped(found, query.stripComponents) : found)
  } catch (error) {
    if (systemCodeOf(error) === undefined || error instanceof SaltError) throw error
    throw new SaltError('COMMAND_FAILED', `Failed to list contents of ${name}: ${pythonStr(error)}`)
  }
}

type List = (ctx: ExecContext, path: string, query: ListQuery) => Promise<Names>

const lists: Readonly<Record<string, List>> = {
  tar: async (ctx, path, { name, options, refuses = false }) => {
    const unpack = options === undefined ? undefined : splitWords(options)
    const budget = new ArchiveBudget((await ctx.fs.stat(path))?.size ?? 0)
    const members: Member[] = []
    const use = async (bytes: AsyncIterable<Buffer>) => {
      for await (const { member } of tarEntries(bytes)) {
        budget.add(member)
        if (refuses) checkMember(member)
        members.push(member)
      }
    }
    try {
      await withTarBytes(ctx, path, { ...(unpack && { unpack }), use })
    } catch (cause) {
      if (!(cause instanceof SaltError) || cause.code !== 'COMMAND_FAILED') throw cause
      throw new SaltError(
        'COMMAND_FAILED',
        `Unable to list contents of ${name}. If this is an XZ-compressed tar archive, install XZ Utils to enable listing its contents. If it is compressed using something other than XZ, it may be necessary to specify CLI options to decompress the archive. See the documentation for details. (${cause.message})`,
      )
    }
    return namesOf(members)
  },
  zip: async (ctx, path, { name, refuses = false }) => {
    const members = await zipMembers(ctx, path, name)
    const budget = new ArchiveBudget((await ctx.fs.stat(path))?.size ?? 0)
    for (const member of refuses ? members : []) {
      budget.add(member)
      checkMember(member)
    }
    const { dirs, files, links } = namesOf(members)
    const parents = files.map((file) => file.slice(0, file.lastIndexOf('/') + 1)).filter((dir) => dir !== '')
    return { dirs: [...new Set([...dirs, ...parents])], files, links }
  },
  rar: (ctx, path) => rarMembers(ctx, path),
}

function namesOf(members: readonly Member[]): Names {
  const of = (...types: readonly Member['type'][]) => members.filter(({ type }) => types.includes(type))
  return {
    dirs: of('directory').map(({ name }) => name.replace(/\/*$/, '/')),
    files: of('file', 'hard link', 'other').map(({ name }) => name),
    links: of('link').map(({ name }) => name),
  }
}

function stripped({ dirs, files, links }: Names, count: number): Names {
  const strip = (names: readonly string[]) =>
    names.map((name) => name.split('/').slice(count).join('/')).filter((name) => name !== '')
  return { dirs: strip(dirs), files: strip(files), links: strip(links) }
}

function contentsOf(names: Names): Contents {
  const [dirs, files, links] = [names.dirs, names.files, names.links].map((one) => [...one].sort(compareText))
  const slashes = (name: string) => name.split('/').length - 1
  const tops = (dirs ?? []).filter((name) => slashes(name) === 1)
  const common = commonPrefix(dirs ?? [])
  // The directory on top need not be a member of its own.
  const top = common.includes('/') ? `${common.split('/')[0]}/` : undefined
  return {
    dirs: dirs ?? [],
    files: files ?? [],
    links: links ?? [],
    top_level_dirs: top !== undefined && !tops.includes(top) ? [...tops, top] : tops,
    top_level_files: (files ?? []).filter((name) => slashes(name) === 0),
    top_level_links: (links ?? []).filter((name) => slashes(name) === 0),
  }
}

function commonPrefix(names: readonly string[]): string {
  const [first = ''] = names
  const last = names.at(-1) ?? ''
  let length = 0
  while (length < first.length && first[length] === last[length]) length++
  return first.slice(0, length)
}
