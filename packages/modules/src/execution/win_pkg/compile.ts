// SPDX-License-Identifier: Apache-2.0
import { messageOf, pack, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type RefreshReport, RepositoryBuilder, repositoryData } from '@halite/winrepo'
import { type DefinitionFile, fetchDefinitions, presentDefinitions } from './definition-files.ts'
import { expireInstallers } from './installer-cache.ts'
import { placeOf, type RepositoryPlace } from './place.ts'
import { RenderedFiles } from './rendered-files.ts'
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

/** Fetches the definitions and compiles them: `pkg.refresh_db`. */
export async function refreshRepository(ctx: ExecContext, options: RefreshOptions): Promise<object> {
  const place = await placeOf(ctx, options.saltenv)
  return compiled(ctx, { place, files: await fetchDefinitions(ctx, place), options })
}

/** Compiles the definitions that were fetched last: `pkg.genrepo`. */
export async function compileRepository(ctx: ExecContext, options: RefreshOptions): Promise<object> {
  const place = await placeOf(ctx, options.saltenv)
  return compiled(ctx, { place, files: await presentDefinitions(ctx, place), options })
}

interface Compilation {
  readonly place: RepositoryPlace
  readonly files: readonly DefinitionFile[]
  readonly options: RefreshOptions
}

async function compiled(ctx: ExecContext, { place, files, options }: Compilation): Promise<object> {
  await ctx.fs.makeDirectory(place.directory, { mode: 0o700, parents: true })
  const builder = new RepositoryBuilder()
  const rendered = await RenderedFiles.open(ctx, place)
  const texts = await textsOf(ctx, files)
  for (const [index, file] of files.entries()) {
    const text = texts[index] ?? ''
    try {
      const { data, lines } = await rendered.of(file, text)
      builder.add(file.name, data, (name) => placeIn(text, lines.get(name)))
    } catch (error) {
      builder.addFailed(file.name, messageOf(error))
    }
  }
  await rendered.save()
  const repository = builder.build()
  await ctx.fs.write(place.database, pack(repositoryData(repository)), { mode: 0o600 })
  forgetRepository(ctx, place.saltenv)
  ctx.log.debug(`${files.length} files below ${place.source}, ${rendered.fresh} of them rendered`)
  const report = builder.report(options)
  await expireInstallers(ctx, place.saltenv, repository)
  for (const [file, problems] of repository.errors) ctx.log.error(`'${file}': ${problems.join('; ')}`)
  if (report.failed > 0 && options.failhard) throw await failure(ctx, report)
  return report.total > 0 ? report : { ...report, comment: await whyNone(ctx, place) }
}

async function textsOf({ fs }: ExecContext, files: readonly DefinitionFile[]): Promise<string[]> {
  const texts: string[] = []
  for (let at = 0; at < files.length; at += atOnce) {
    texts.push(...(await Promise.all(files.slice(at, at + atOnce).map(({ path }) => fs.readText(path)))))
  }
  return texts
}

/** Lines are those of the text that YAML was made from, which is the file where it is no template. */
function placeIn(text: string, line: number | undefined): string {
  if (line === undefined) return ''
  return /\{[{%#]/.test(text) ? `line ${line} of the rendered text` : `line ${line}`
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
  const elsewhere = [
    ...new Set(everywhere.filter((path) => /(?:^|\/)win\/repo(?:-ng)?\//.test(path)).map(folderOf)),
  ]
  const seen = `${source} in saltenv '${saltenv}' has ${counted(here.length)}, and no definition (*.sls)`
  const whole = `the environment has ${counted(everywhere.length)}`
  const hint =
    elsewhere.length === 0 ? '' : `; there are definitions below salt://${elsewhere.join(', salt://')}`
  return `${seen}; ${whole}${hint}. The option winrepo_source_dir of the minion says where they are looked for.`
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}

function folderOf(path: string): string {
  return /^(?:.*\/)?win\/repo(?:-ng)?(?=\/)/.exec(path)?.[0] ?? path
}
