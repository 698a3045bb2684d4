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
import type { DefinitionFile } from './definition-files.ts'
import type { RepositoryPlace } from './place.ts'

/** What a file was rendered to. */
interface Rendered {
  readonly data: unknown
  /** Line of each package in the text that YAML was read from. */
  readonly lines: ReadonlyMap<string, number>
}

interface Kept extends Rendered {
  readonly hash: string
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

  /** What a file gives. Rejects as `ctx.render` does. */
  async of(file: DefinitionFile, text: string): Promise<Rendered> {
    const hash = digest(text)
    const known = this.#known.get(file.name)
    if (known?.hash === hash && !asksForMore(text)) {
      this.#kept.set(file.name, known)
      return known
    }
    this.#fresh += 1
    const { data, lines } = await this.#ctx.render.data({
      text,
      name: `${this.#place.source.slice('salt://'.length)}/${file.name.replaceAll('\\', '/')}`,
      path: file.path,
      saltenv: this.#place.saltenv,
    })
    this.#kept.set(file.name, { hash, data, lines })
    return { data, lines }
  }

  /** Keeps what this refresh gave, when it is not what was kept before. */
  async save(): Promise<void> {
    if (this.#fresh === 0 && this.#kept.size === this.#known.size) return
    const files = [...this.#kept].map(([name, { hash, data, lines }]): [string, unknown] => [
      name,
      [hash, data, mapOf(lines)],
    ])
    const bytes = pack(
      mapOf([
        ['facts', this.#facts],
        ['files', mapOf(files)],
      ] as [string, unknown][]),
    )
    await this.#ctx.fs.write(this.#place.rendered, bytes, { mode: 0o600, durable: false })
  }
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

/** What `save` wrote: the file is ours alone. */
function keptOf(packed: unknown): Kept {
  const [hash, data, lines] = packed as readonly [string, unknown, DataMap]
  return {
    hash,
    data,
    lines: new Map(entriesOf(lines).map(([name, line]) => [pythonStr(name), Number(line)])),
  }
}

/** A hash of everything that a file sees without asking. */
function factsOf({ id, options, grains, pillar }: ExecContext): string {
  const lasting = Object.entries(grains).filter(([name]) => !passing.has(name))
  return digest(pack([version, id, options, Object.fromEntries(lasting), pillar]))
}

function digest(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
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
