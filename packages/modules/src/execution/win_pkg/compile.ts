// SPDX-License-Identifier: Apache-2.0
import { messageOf, pack, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type RefreshReport, type Repository, RepositoryBuilder, repositoryData } from '@halite/winrepo'
import {
  type DefinitionFile,
  fetchDefinitions,
  fetchedDefinitions,
  servedDefinitions,
} from './definition-files.ts'
import { expireInstallers } from './installer-cache.ts'
import { placeOf, type RepositoryPlace, servesItself } from './place.ts'
import { type DefinitionText, RenderedFiles } from './rendered-files.ts'
import { forgetRepository } from './repository-memo.ts'

/** What is wanted of a refresh. */
export interface RefreshOptions {
  readonly saltenv: string
  /** Name every file in the report. */
  readonly verbose: boolean
  /** Reject when a file cannot be used. */
  readonly failhard: boolean
}

/** Files that are read at a time. */
const atOnce = 16
/** How many folders a hint names. */
const shownFolders = 5

/** Fetches the definitions that changed, and compiles them: `pkg.refresh_db`. */
export async function refreshRepository(ctx: ExecContext, options: RefreshOptions): Promise<object> {
  const place = await placeOf(ctx, options.saltenv)
  const rendered = await RenderedFiles.open(ctx, place)
  const files = await servedDefinitions(ctx, place)
  const isWanted = (file: DefinitionFile) => !rendered.has(file)
  const paths = await fetchDefinitions(ctx, place, { files, isWanted })
  const texts = await textsOf(ctx, new Map(files.filter(isWanted).map(({ name }) => [name, paths.get(name)])))
  return compiled(ctx, { place, rendered, files, texts, options })
}

/** Compiles the definitions that were fetched last: `pkg.genrepo`. A minion that serves itself has those of its file server. */
export async function compileRepository(ctx: ExecContext, options: RefreshOptions): Promise<object> {
  if (servesItself(ctx)) return refreshRepository(ctx, options)
  const place = await placeOf(ctx, options.saltenv)
  const rendered = await RenderedFiles.open(ctx, place)
  const texts = await textsOf(ctx, await fetchedDefinitions(ctx, place))
  const files = [...texts.keys()].map((name) => ({ name }))
  return compiled(ctx, { place, rendered, files, texts, options })
}

interface Compilation {
  readonly place: RepositoryPlace
  readonly rendered: RenderedFiles
  readonly files: readonly DefinitionFile[]
  /** Of the files that have to be read, by name. */
  readonly texts: ReadonlyMap<string, DefinitionText>
  readonly options: RefreshOptions
}

async function compiled(ctx: ExecContext, compilation: Compilation): Promise<object> {
  const { place, rendered, files, texts, options } = compilation
  const builder = new RepositoryBuilder()
  for (const file of files) {
    const text = texts.get(file.name)
    if (text === undefined && !rendered.has(file)) continue
    try {
      const { data, lineOf } = await rendered.of(file, text)
      builder.add(file.name, data, lineOf)
    } catch (error) {
      builder.addFailed(file.name, messageOf(error))
    }
  }
  const repository = builder.build()
  await keepDatabase(ctx, place, repository)
  await rendered.save()
  forgetRepository(ctx, place)
  ctx.log.debug(`${files.length} files below ${place.source}, ${rendered.fresh} of them rendered`)
  const report = builder.report(options)
  await expireInstallers(ctx, place.saltenv, repository)
  for (const [file, problems] of repository.errors) ctx.log.error(`'${file}': ${problems.join('; ')}`)
  if (report.failed > 0 && options.failhard) throw await failure(ctx, report)
  return report.total > 0 ? report : { ...report, comment: await whyNone(ctx, place) }
}

/** Without those that are gone by now. */
async function textsOf(
  { fs }: ExecContext,
  files: ReadonlyMap<string, string | undefined>,
): Promise<ReadonlyMap<string, DefinitionText>> {
  const texts = new Map<string, DefinitionText>()
  const read = async ([name, path]: readonly [string, string | undefined]) => {
    if (path !== undefined) texts.set(name, { path, bytes: await fs.read(path) })
  }
  const left = [...files]
  while (left.length > 0) await Promise.all(left.splice(0, atOnce).map(read))
  return texts
}

/** Writes the compiled definitions; the same ones only become as new as this refresh. */
async function keepDatabase(
  { fs }: ExecContext,
  { directory, database }: RepositoryPlace,
  repository: Repository,
): Promise<void> {
  const bytes = pack(repositoryData(repository))
  if ((await fs.isFile(database)) && bytes.equals(await fs.read(database))) {
    const now = Date.now()
    return fs.setTimes(database, now, now)
  }
  await fs.makeDirectory(directory, { mode: 0o700, parents: true })
  await fs.write(database, bytes, { mode: 0o600 })
}

async function failure({ modules }: ExecContext, report: RefreshReport): Promise<SaltError> {
  const nested = await modules.object('outputters', 'nested')
  const shown = nested?.render(report, { color: false, indent: undefined, retcode: 0 }) ?? ''
  const text = `Error occurred while generating repo db. Additional info follows:\n\n${shown}`
  return new SaltError('COMMAND_FAILED', text, { data: { ...report } })
}

/** Most often the files lie elsewhere than the minion looks. */
async function whyNone({ files }: ExecContext, { source, saltenv }: RepositoryPlace): Promise<string> {
  const directory = `${source.slice('salt://'.length)}/`
  const [here, everywhere] = await Promise.all([
    files.listFiles(directory, { saltenv }),
    files.listFiles('', { saltenv }),
  ])
  const elsewhere = new Set(everywhere.flatMap(definitionFolder))
  const seen = `${source} in saltenv '${saltenv}' has ${counted(here.length)}, and no definition (*.sls)`
  const whole = `the environment has ${counted(everywhere.length)}`
  const named = [...elsewhere].slice(0, shownFolders).map((folder) => `salt://${folder}`)
  const hint = named.length === 0 ? '' : `; there are definitions below ${named.join(', ')}`
  return `${seen}; ${whole}${hint}. The option winrepo_source_dir of the minion says where they are looked for.`
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}

/** The folder that makes an sls file look like a definition: one below `win`, or with `winrepo` in its name. */
function definitionFolder(path: string): string[] {
  if (!path.endsWith('.sls')) return []
  const names = path.split('/').slice(0, -1)
  const at = names.findIndex((name, index) => /winrepo/i.test(name) || names[index - 1] === 'win')
  return at < 0 ? [] : [names.slice(0, at + 1).join('/')]
}
