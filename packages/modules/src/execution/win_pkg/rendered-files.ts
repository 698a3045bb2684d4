// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import {
  type DataMap,
  entriesOf,
  isMap,
  mapOf,
  messageOf,
  pack,
  pythonStr,
  unpack,
  valueAt,
  version,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { definitionText } from '@halite/winrepo'
import type { DefinitionFile } from './definition-files.ts'
import type { RepositoryPlace } from './place.ts'

/** What a file holds, and where. */
export interface DefinitionText {
  readonly path: string
  readonly bytes: Uint8Array
}

/** What a file was rendered to. */
interface Rendered {
  readonly data: unknown
  /** Where a package stands in the file, in words; empty when that is not known. */
  readonly lineOf: (name: string) => string
}

/** What is kept of a file. */
interface Kept {
  /** Of its content: `sha256:…`. */
  readonly hash: string
  readonly data: unknown
  /** Line of each package in the text that YAML was read from. */
  readonly lines: ReadonlyMap<string, number>
  readonly isTemplate: boolean
  /** It has to be rendered each time. */
  readonly asksForMore: boolean
}

const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 512, maxValues: Number.MAX_SAFE_INTEGER }
/** Grains that are others in each process, and nothing to a definition. */
const passing: ReadonlySet<string> = new Set(['pid', 'cwd', 'ppid'])

/**
 * What definition files were rendered to, kept from one refresh to the next: a file is rendered again when it changed, when
 * grains, pillar or options did, and each time when it asks for more than these.
 */
export class RenderedFiles {
  readonly #ctx: ExecContext
  readonly #place: RepositoryPlace
  readonly #facts: string
  readonly #known: ReadonlyMap<string, Kept>
  readonly #kept = new Map<string, Kept>()
  #fresh = 0

  private constructor(
    ctx: ExecContext,
    place: RepositoryPlace,
    [facts, known]: readonly [string, ReadonlyMap<string, Kept>],
  ) {
    this.#ctx = ctx
    this.#place = place
    this.#facts = facts
    this.#known = known
  }

  /** Reads what was kept last; what cannot be read, or was made by other facts, is as if it were not there. */
  static async open(ctx: ExecContext, place: RepositoryPlace): Promise<RenderedFiles> {
    const facts = factsOf(ctx)
    return new RenderedFiles(ctx, place, [facts, await readKept(ctx, { path: place.rendered, facts })])
  }

  /** How many files were rendered. */
  get fresh(): number {
    return this.#fresh
  }

  /** Whether a file is known as it is now, so that nobody has to read it. */
  has({ name, hash }: DefinitionFile): boolean {
    const known = this.#known.get(name)
    return known !== undefined && known.hash === hash && !known.asksForMore
  }

  /** What a file gives; its text may be missing when it is known. Rejects as `ctx.render` does. */
  async of(file: DefinitionFile, text: DefinitionText | undefined): Promise<Rendered> {
    const kept = await this.#keptOf(file, text)
    this.#kept.set(file.name, kept)
    const { data, lines, isTemplate } = kept
    return { data, lineOf: (name) => placeIn(lines.get(name), isTemplate) }
  }

  /** Keeps what this refresh gave, when it is not what was kept before. */
  async save(): Promise<void> {
    if (this.#fresh === 0 && this.#kept.size === this.#known.size) return
    const files = [...this.#kept].map(([name, kept]): [string, unknown] => [name, packed(kept)])
    const bytes = pack(
      mapOf([
        ['facts', this.#facts],
        ['files', mapOf(files)],
      ] as [string, unknown][]),
    )
    await this.#ctx.fs.write(this.#place.rendered, bytes, { mode: 0o600, durable: false })
  }

  async #keptOf({ name, hash = 'sha256:' }: DefinitionFile, text: DefinitionText | undefined): Promise<Kept> {
    const known = this.#known.get(name)
    if (text === undefined) {
      if (known === undefined) throw new Error(`${name} was not read`)
      return known
    }
    const { path, bytes } = text
    const type = hash.slice(0, hash.indexOf(':'))
    const actual = `${type}:${digest(bytes, type)}`
    if (known?.hash === actual && !known.asksForMore) return known
    this.#fresh += 1
    const shown = `${this.#place.source.slice('salt://'.length)}/${name.replaceAll('\\', '/')}`
    const source = definitionText(bytes, shown)
    const { data, lines } = await this.#ctx.render.data({
      text: source,
      name: shown,
      path,
      saltenv: this.#place.saltenv,
    })
    const isTemplate = /\{[{%#]/.test(source)
    return { hash: actual, data, lines, isTemplate, asksForMore: asksForMore(source) }
  }
}

/** Lines are those of the text that YAML was made from, which is the file where it is no template. */
function placeIn(line: number | undefined, isTemplate: boolean): string {
  if (line === undefined) return ''
  return isTemplate ? `line ${line} of the rendered text` : `line ${line}`
}

async function readKept(
  { fs, log }: ExecContext,
  { path, facts }: { readonly path: string; readonly facts: string },
): Promise<ReadonlyMap<string, Kept>> {
  if (!(await fs.isFile(path))) return new Map()
  try {
    const kept = unpack(await fs.read(path), noLimits)
    const files = isMap(kept) && valueAt(kept, 'facts') === facts ? valueAt(kept, 'files') : undefined
    return isMap(files)
      ? new Map(entriesOf(files).map(([name, one]) => [pythonStr(name), keptOf(one)]))
      : new Map()
  } catch (error) {
    log.debug(`${path} is not used: ${messageOf(error)}`)
    return new Map()
  }
}

function packed({ hash, data, lines, isTemplate, asksForMore }: Kept): readonly unknown[] {
  return [hash, data, mapOf(lines), isTemplate, asksForMore]
}

/** What `save` wrote: the file is ours alone. */
function keptOf(packedFile: unknown): Kept {
  const [hash, data, lines, isTemplate, asksForMore] = packedFile as readonly [
    string,
    unknown,
    DataMap,
    boolean,
    boolean,
  ]
  return {
    ...{ hash, data, isTemplate, asksForMore },
    lines: new Map(entriesOf(lines).map(([name, line]) => [pythonStr(name), Number(line)])),
  }
}

/** A hash of everything that a file sees without asking. */
function factsOf({ id, options, grains, pillar }: ExecContext): string {
  const lasting = Object.entries(grains).filter(([name]) => !passing.has(name))
  return digest(pack([version, id, options, Object.fromEntries(lasting), pillar]))
}

function digest(data: Uint8Array, algorithm = 'sha256'): string {
  return createHash(algorithm).update(data).digest('hex')
}

/** Whether a template calls functions, reads other files or the clock, or is not for the usual renderers. */
function asksForMore(text: string): boolean {
  if (
    text.startsWith('#!') &&
    !/^#!\s*(?:jinja\s*\|\s*yaml|yaml|jinja)\s*$/m.test(text.split('\n', 1)[0] ?? '')
  )
    return true
  const tags = text.match(/\{%.*?%\}|\{\{.*?\}\}/gs) ?? []
  return tags.some((tag) =>
    /\b(?:salt|import\w*|include|extends|from|random\w*|strftime|now|show_full_context)\b/.test(tag),
  )
}
