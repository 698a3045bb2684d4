// SPDX-License-Identifier: Apache-2.0
import { closeSync, writeFileSync } from 'node:fs'
import { messageOf, nearestName, openAsTyped, SaltError, systemCodeOf } from '@halite/core'
import type { OutputStyle, Outputter, Registry, StatesStyle } from '@halite/loader'
import { printable, type Terminal } from './terminal.ts'
import { unwritten } from './unwritten.ts'

/** The part of the registry of modules that output needs. */
export type OutputterSource = Pick<Registry, 'entries' | 'object'>

export interface OutputSettings {
  /** `--out`: wins over what a function asks for. */
  readonly out?: string | undefined
  /** `output` in the configuration: the same where there is no `--out`. One that does not exist stops no command. */
  readonly configured?: string
  /** `--out-indent`. */
  readonly indent?: number | undefined
  /** `--out-file`: results go there and not to the terminal. */
  readonly file?: string | undefined
  /** `--out-file-append`. */
  readonly append?: boolean
  /** `--force-color`: colour in a file too. */
  readonly forceColor?: boolean
  /** `color` in the configuration; default yes. `--force-color` wins. */
  readonly color?: boolean
  /** `--static`: one document of everything, printed at the end. */
  readonly static?: boolean
  /** How results of states are shown. */
  readonly states?: StatesStyle
}

/** What a result says about its own presentation. */
export interface Presentation {
  /** The outputter that the function or the return names. */
  readonly out?: string | undefined
  readonly retcode?: number
  /** It is a return, and `out` what came with it: an outputter that shows nothing is then ignored. */
  readonly isReturn?: boolean
}

/** Prints results, each as a document of its own or all as one. */
export interface Output extends AsyncDisposable {
  /** Whether a program reads the results: standard output then holds nothing else. */
  readonly isForPrograms: boolean
  /** Whether all that is shown is read together, so that no key may stand twice. */
  readonly isReadTogether: boolean
  /** Whether nothing was shown yet. */
  readonly isEmpty: boolean
  /** Shows `{ id: value }`; under `--static` it is kept for the end. */
  showReturn(id: string, value: unknown, presentation?: Presentation): Promise<void>
  /** Shows one whole document at once: a runner's return, a list of keys. */
  show(data: unknown, presentation?: Presentation): Promise<void>
  /** Says something beside the results: to people where they read them, else on standard error. */
  note(text: string): void
  /** Prints what `--static` kept, and closes the file. A second call does nothing. */
  close(): Promise<void>
}

/**
 * Opens the way out for results. To be called before a job is sent, since it is here that a wrong `--out` or
 * `--out-file` shows. Throws `USAGE`: for an unknown outputter with the nearest name, for a file with the reason.
 */
export async function openOutput(
  settings: OutputSettings,
  { registry, terminal }: { registry: OutputterSource; terminal: Terminal },
): Promise<Output> {
  const chosen = settings.out
    ? await chosenOutputter(settings.out, registry)
    : await configuredOutputter(settings.configured ?? '', { registry, terminal })
  const sink = settings.file ? new FileSink(settings.file, settings.append === true) : undefined
  const wanted = sink === undefined && settings.color !== false && terminal.color
  const color = wanted || settings.forceColor === true
  const isForPrograms = chosen?.forPrograms !== undefined
  return new DocumentOutput({
    static: settings.static === true,
    isForPrograms,
    isReadTogether: chosen?.forPrograms === 'lines',
    choose: async (presentation) => chosen ?? (await namedOutputter(presentation, registry)),
    style: {
      color,
      indent: settings.indent,
      ...(settings.states === undefined ? {} : { states: settings.states }),
    },
    write: (text) => (sink === undefined ? terminal.print(text) : sink.write(printable(text, color))),
    note: (text) => (isForPrograms ? terminal.remark(text) : terminal.print(text)),
    close: () => sink?.close(),
  })
}

/** The outputter a user asks for. Throws `USAGE` if no outputter has that name. */
async function chosenOutputter(asked: string, registry: OutputterSource): Promise<Outputter> {
  const outputter = await outputterNamed(asked, registry)
  if (outputter !== undefined) return outputter
  const names = registry.entries('outputters').map(({ name }) => name)
  const like = nearestName(asked, names)
  throw new SaltError('USAGE', `there is no outputter '${asked}'`, {
    hint: like === undefined ? `There are: ${names.sort().join(', ')}.` : `Did you mean '${like}'?`,
  })
}

/** As in Salt a wrong name in a file is a warning: otherwise no command would work, `salt-key` included. */
async function configuredOutputter(
  name: string,
  { registry, terminal }: { registry: OutputterSource; terminal: Terminal },
): Promise<Outputter | undefined> {
  if (name === '') return undefined
  const outputter = await outputterNamed(name, registry)
  if (outputter === undefined) {
    terminal.remark(`[WARNING ] the option output names '${name}', and there is no outputter of that name`)
  }
  return outputter
}

function outputterNamed(name: string, registry: OutputterSource): Promise<Outputter | undefined> {
  return registry.object('outputters', name === 'text' ? 'txt' : name)
}

/** The outputter a return asks for. The name comes from a minion: one that is not known here is no reason to fail. */
async function namedOutputter(
  { out: name, isReturn = false }: Presentation,
  registry: OutputterSource,
): Promise<Outputter> {
  const named = name === undefined ? undefined : await registry.object('outputters', name)
  const usable = isReturn && named?.showsNothing ? undefined : named
  const outputter = usable ?? (await registry.object('outputters', 'nested'))
  if (outputter !== undefined) return outputter
  throw new SaltError('MODULE_INVALID', "the default outputter 'nested' is missing")
}

interface Way {
  readonly static: boolean
  readonly isForPrograms: boolean
  readonly isReadTogether: boolean
  readonly style: OutputStyle
  choose(presentation: Presentation): Promise<Outputter>
  write(text: string): void
  note(text: string): void
  close(): void
}

class DocumentOutput implements Output {
  readonly #way: Way
  readonly #kept = new Map<string, unknown>()
  readonly #keptPresentations: Presentation[] = []
  #isEmpty = true

  constructor(way: Way) {
    this.#way = way
  }

  get isForPrograms(): boolean {
    return this.#way.isForPrograms
  }

  get isReadTogether(): boolean {
    return this.#way.isReadTogether
  }

  get isEmpty(): boolean {
    return this.#isEmpty
  }

  async showReturn(id: string, value: unknown, given: Presentation = {}): Promise<void> {
    const presentation = { ...given, isReturn: true }
    if (!this.#way.static) return this.show(new Map([[id, value]]), presentation)
    this.#isEmpty = false
    this.#kept.set(id, value)
    this.#keptPresentations.push(presentation)
  }

  async show(data: unknown, presentation: Presentation = {}): Promise<void> {
    this.#isEmpty = false
    const outputter = await this.#way.choose(presentation)
    const style = { ...this.#way.style, retcode: presentation.retcode ?? 0 }
    const text = outputter.render(data, style).trimEnd()
    if (text !== '') this.#way.write(text)
  }

  note(text: string): void {
    this.#way.note(text)
  }

  async close(): Promise<void> {
    try {
      if (this.#kept.size > 0) await this.show(this.#kept, common(this.#keptPresentations))
    } finally {
      this.#kept.clear()
      this.#way.close()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** The presentation of several returns: the outputter they agree on, and a return code that is not 0 if one has it. */
function common(presentations: readonly Presentation[]): Presentation {
  const [out, ...others] = new Set(presentations.map((one) => one.out))
  const retcode = presentations.map((one) => one.retcode ?? 0).find((code) => code !== 0) ?? 0
  return { ...(others.length === 0 ? { out } : {}), retcode, isReturn: true }
}

class FileSink {
  readonly #path: string
  #file: number | undefined

  constructor(path: string, append: boolean) {
    this.#path = path
    try {
      this.#file = openAsTyped(path, { mode: 0o666, append })
    } catch (cause) {
      throw new SaltError('USAGE', `cannot write to --out-file ${path}: ${whyNot(cause)}`, { cause })
    }
  }

  /** Throws `OUTPUT_FAILED`. */
  write(text: string): void {
    if (this.#file === undefined) return
    try {
      writeFileSync(this.#file, `${text}\n`)
    } catch (cause) {
      throw unwritten(`--out-file ${this.#path}`, cause)
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}

const openFaults: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of the path is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
}

function whyNot(cause: unknown): string {
  return openFaults[systemCodeOf(cause) ?? ''] ?? messageOf(cause)
}
