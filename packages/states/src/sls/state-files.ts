// SPDX-License-Identifier: Apache-2.0
import { fnmatch } from '@halite/targeting'

/** A file of an environment as it was read. */
export interface StateText {
  readonly text: string
  /** Where its copy lies on this machine. */
  readonly localPath: string
}

/** The files that states are made of, by environment. Paths are below the roots, with `/` between their parts. */
export interface StateFiles {
  /** The environments there are. */
  envs(): Promise<readonly string[]>
  /** Undefined when there is no such file. */
  read(path: string, saltenv: string): Promise<StateText | undefined>
  /** Every path of an environment. */
  list(saltenv: string): Promise<readonly string[]>
}

/** An sls file that was found. */
export interface FoundSls extends StateText {
  readonly path: string
}

/** The sls files of all environments, listed once and only where a glob or an unknown name makes it necessary. */
export class SlsCatalogue {
  readonly files: StateFiles
  readonly #names = new Map<string, Promise<readonly string[]>>()
  #envs: Promise<ReadonlySet<string>> | undefined

  constructor(files: StateFiles) {
    this.files = files
  }

  async hasEnv(saltenv: string): Promise<boolean> {
    if (saltenv === 'base') return true
    this.#envs ??= this.files.envs().then((envs) => new Set(envs))
    return (await this.#envs).has(saltenv)
  }

  /** The file of an sls: `a/b.sls`, or `a/b/init.sls`. */
  async find(sls: string, saltenv: string): Promise<FoundSls | undefined> {
    if (sls === '') return undefined
    const base = sls.replaceAll('.', '/')
    for (const path of [`${base}.sls`, `${base}/init.sls`]) {
      const file = await this.files.read(path, saltenv)
      if (file !== undefined) return { ...file, path }
    }
    return undefined
  }

  /** Names of the sls files of an environment, sorted. */
  names(saltenv: string): Promise<readonly string[]> {
    let names = this.#names.get(saltenv)
    if (names === undefined) {
      names = this.files.list(saltenv).then(namesOf)
      this.#names.set(saltenv, names)
    }
    return names
  }

  /** The sls files that a name or glob means; the name itself when there is none, whose absence is then found. */
  async matching(glob: string, saltenv: string): Promise<readonly string[]> {
    if (!/[*?[]/.test(glob)) return [glob]
    const found = (await this.names(saltenv)).filter((name) => fnmatch(name, glob))
    return found.length === 0 ? [glob] : found
  }

  /** Whether a name or glob means an sls file of an environment. */
  async has(glob: string, saltenv: string): Promise<boolean> {
    return (await this.names(saltenv)).some((name) => fnmatch(name, glob))
  }
}

function namesOf(paths: readonly string[]): string[] {
  const names = paths
    .filter((path) => path.endsWith('.sls'))
    .map((path) => path.replace(/(?:\/init)?\.sls$/, '').replaceAll('/', '.'))
  return [...new Set(names)].sort()
}

/** A file to render. */
export interface SlsToRender extends StateText {
  readonly path: string
  /** Its dotted name; empty for a file that is no sls, such as a top file. */
  readonly sls: string
  readonly saltenv: string
}

/** Renders sls files to data. Rejects with `TEMPLATE_FAILED`, `YAML_INVALID`, `JSON_INVALID` or `RENDERER_UNKNOWN`. */
export type RenderSls = (file: SlsToRender) => Promise<unknown>
