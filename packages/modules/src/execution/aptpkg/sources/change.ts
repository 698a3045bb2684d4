// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join, normalize } from 'node:path'
import { type DataMap, isTruthy, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { aptPaths } from '../paths.ts'
import { refreshDatabase } from '../refresh.ts'
import { isSameRepository, lineOf, optionOf, requestedEntry, type SourceEntry } from './entry.ts'
import { type SourceLine, sourceLines, writeLines } from './files.ts'
import { shownEntry } from './repositories.ts'
import { addKeysOf, type KeyRequest } from './repository-keys.ts'

type Keywords = Readonly<Record<string, unknown>>

/**
 * `pkg.mod_repo`: adds a repository or changes the one that is there, after its keys; it is refreshed afterwards unless `refresh`
 * is false. Rejects with ARGUMENTS_INVALID, and with COMMAND_FAILED for one in a `.sources` file or a key that cannot be had.
 */
export async function changeRepository(
  ctx: ExecContext,
  { repo, ...request }: KeyRequest & { readonly repo: string },
): Promise<DataMap> {
  const { kwargs } = request
  const asked = requestedEntry(repo)
  const lines = await sourceLines(ctx)
  const at = lines.findIndex(({ entry }) => entry !== undefined && isMeant(entry, asked))
  const before = lines[at]
  if (before?.isStanza) throw stanzaError(repo, before.file)
  const file = before?.file ?? (await newFile(ctx, kwargs))
  const entry = changed(asked, before?.entry, kwargs)
  const line: SourceLine = { file, text: lineOf(entry), entry }
  await addKeysOf(ctx, request, entry)
  if (before?.text !== line.text)
    await writeLines(ctx, file, at < 0 ? [...lines, line] : lines.with(at, line))
  if (isTruthy(kwargs['refresh_db'] ?? kwargs['refresh'] ?? true)) await refreshDatabase(ctx)
  const { dist: _, ...shown } = shownEntry(entry, { file, line: `${line.text}\n` }) as Record<string, unknown>
  return { [repo]: shown }
}

/** `pkg.del_repo`: what was done, in words. Rejects with COMMAND_FAILED when there is no such repository. */
export async function removeRepository(ctx: ExecContext, repo: string): Promise<string> {
  const wanted = requestedEntry(repo)
  const lines = await sourceLines(ctx)
  const files = new Set<string>()
  const left = lines.flatMap((line): SourceLine[] => {
    if (line.entry === undefined || !isRemoved(line.entry, wanted)) return [line]
    if (line.isStanza) throw stanzaError(repo, line.file)
    files.add(line.file)
    const comps = line.entry.comps.filter((comp) => !wanted.comps.includes(comp))
    if (comps.length === 0) return []
    const entry = { ...line.entry, comps }
    return [{ ...line, entry, text: lineOf(entry) }]
  })
  if (files.size === 0)
    throw new SaltError('COMMAND_FAILED', `Repo ${repo} doesn't exist in the sources.list(s)`)
  let words = ''
  for (const file of files) {
    const end = await writeLines(ctx, file, left)
    words +=
      end === 'removed'
        ? `File ${file} containing repo '${repo}' has been removed.`
        : `Repo '${repo}' has been removed from ${file}.\n`
  }
  await refreshDatabase(ctx)
  return words
}

/** One whose components are all others is another repository, unless its architectures are others too. */
function isMeant(entry: SourceEntry, asked: SourceEntry): boolean {
  if (!isSameRepository(entry, asked)) return false
  const shares = entry.comps.length === 0 || asked.comps.some((comp) => entry.comps.includes(comp))
  return shares || optionOf(entry, 'arch').join() !== optionOf(asked, 'arch').join()
}

function isRemoved(entry: SourceEntry, wanted: SourceEntry): boolean {
  if (!isSameRepository(entry, wanted)) return false
  if (optionOf(entry, 'arch').join() !== optionOf(wanted, 'arch').join()) return false
  const shares = wanted.comps.some((comp) => entry.comps.includes(comp))
  return shares || (entry.comps.length === 0 && wanted.comps.length === 0)
}

function changed(asked: SourceEntry, before: SourceEntry | undefined, kwargs: Keywords): SourceEntry {
  const architectures = listIn(kwargs, 'architectures')
  const comps = listIn(kwargs, 'comps') ?? asked.comps
  const options: SourceEntry['options'] =
    architectures === undefined
      ? asked.options
      : [...asked.options.filter(([name]) => name !== 'arch'), ['arch', architectures.join(',')]]
  return {
    ...asked,
    comps,
    options,
    disabled: isDisabled(kwargs) ?? before?.disabled ?? asked.disabled,
    comment: commentIn(kwargs) ?? before?.comment ?? asked.comment,
  }
}

function isDisabled(kwargs: Keywords): boolean | undefined {
  if (kwargs['disabled'] !== undefined) return isTruthy(kwargs['disabled'])
  return kwargs['enabled'] === undefined ? undefined : !isTruthy(kwargs['enabled'])
}

function listIn(kwargs: Keywords, name: string): string[] | undefined {
  const given = kwargs[name]
  if (given === undefined || given === null) return undefined
  const words = Array.isArray(given) ? given.map(pythonStr) : pythonStr(given).split(',')
  return words.map((word) => checkedWord(word.trim(), name)).filter((word) => word !== '')
}

function checkedWord(word: string, name: string): string {
  if (/^[\w./+:~-]*$/.test(word)) return word
  throw new SaltError('ARGUMENTS_INVALID', `${name} cannot have ${JSON.stringify(word)} in it`)
}

function commentIn(kwargs: Keywords): string | undefined {
  const given = kwargs['comments']
  if (given === undefined || given === null) return undefined
  const texts = Array.isArray(given) ? given : [given]
  return ` ${texts
    .map((text) =>
      pythonStr(text)
        .replace(/\p{Cc}+/gu, ' ')
        .replace(/^#\s*/, ''),
    )
    .join(' ')}`
}

/** The keyword `file`, which must lie among the sources, or the main file. Throws ARGUMENTS_INVALID. */
async function newFile(ctx: ExecContext, kwargs: Keywords): Promise<string> {
  const { sourcesFile, sourcesDirectory } = await aptPaths(ctx)
  if (!isTruthy(kwargs['file'] ?? null)) return sourcesFile
  const file = normalize(pythonStr(kwargs['file']))
  const name = file.slice(file.lastIndexOf('/') + 1)
  if (file === sourcesFile) return file
  if (isAbsolute(file) && file === join(sourcesDirectory, name) && /^[\w.-]+\.list$/.test(name)) return file
  throw new SaltError('ARGUMENTS_INVALID', `apt does not read ${file} as a list of repositories`, {
    hint: `Name a file below ${sourcesDirectory} that ends in .list.`,
  })
}

function stanzaError(repo: string, file: string): SaltError {
  return new SaltError(
    'COMMAND_FAILED',
    `Repo ${repo} is kept in ${file}, a file of stanzas, which is not changed`,
    {
      hint: 'Manage that file as a whole, for instance by file.managed.',
    },
  )
}
