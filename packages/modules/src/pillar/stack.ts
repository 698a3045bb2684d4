// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, join, relative } from 'node:path'
import {
  type DataMap,
  entriesOf,
  isMap,
  isSaltError,
  parseYaml,
  pythonStr,
  SaltError,
  valueAt,
} from '@halite/core'
import { definePillar, type PillarContext } from '@halite/loader'
import { fnmatch, hasWildcards } from '@halite/targeting'
import { stackedMaps } from './parts/stack-merge.ts'

/** Layers of YAML files. */
export default definePillar({
  name: 'stack',
  doc: 'Layers of YAML files: ``- stack: /srv/stack.cfg``, a list of such files, or a map such as ``grains:os: {Debian: /srv/debian.cfg}`` with ``grains``, ``pillar`` or ``opts``. Each is a template that lists YAML files, relative to itself and as shell patterns; these are templates, too, with ``stack`` (what is there so far), ``minion_id``, ``pillar``, ``pillarenv``, ``__grains__`` and ``__opts__``. The key ``__`` says how a map or list is merged: merge-last, merge-first, overwrite or remove.',
  async compile(ctx, config) {
    let stack: DataMap = {}
    for (const path of filesIn(ctx, config)) {
      if ((await ctx.fs.stat(path))?.type === 'file') stack = await new Stack(ctx, path).over(stack)
      else ctx.log.info('stack: there is no such file', { path })
    }
    return stack
  },
})

/** A list of files is a plain one; in a map the files depend on what the minion, its pillar or the options have. */
function filesIn(ctx: PillarContext, config: unknown): readonly string[] {
  if (typeof config === 'string') return [config]
  if (Array.isArray(config)) return config.map(pythonStr)
  return isMap(config) ? entriesOf(config).flatMap(([key, by]) => chosenFiles(ctx, pythonStr(key), by)) : []
}

function chosenFiles(ctx: PillarContext, key: string, by: unknown): readonly string[] {
  const [source = '', ...path] = key.split(':')
  const sources: Readonly<Record<string, unknown>> = {
    pillar: ctx.pillar,
    grains: ctx.grains,
    opts: ctx.options,
  }
  if (!Object.hasOwn(sources, source)) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Unknown traverse option "${source}", should be one of pillar, grains, opts`,
    )
  }
  const pillarenv = ctx.pillarenv ?? ctx.saltenv ?? 'base'
  const found = path.reduce<unknown>(
    (value, part) => (isMap(value) ? valueAt(value, part) : undefined),
    sources[source],
  )
  const own =
    isMap(by) && (valueAt(by, found ?? null) ?? (found === pillarenv ? valueAt(by, '__env__') : undefined))
  return [own || []].flat().map((path) => pythonStr(path).replaceAll('__env__', pillarenv))
}

/** One list of files, and the directory that they lie in. */
class Stack {
  readonly #ctx: PillarContext
  readonly #path: string
  readonly #directory: string

  constructor(ctx: PillarContext, path: string) {
    this.#ctx = ctx
    this.#path = path
    this.#directory = dirname(path)
  }

  async over(below: DataMap): Promise<DataMap> {
    let stack = below
    for (const item of itemsIn(await this.#rendered(this.#path, stack))) {
      for (const path of await this.#matching(item)) {
        const data = parseYaml(await this.#rendered(path, stack), relative(this.#directory, path))
        if (isMap(data)) stack = stackedMaps(stack, data)
      }
    }
    return stack
  }

  async #rendered(path: string, stack: DataMap): Promise<string> {
    const { fs, id, grains, options, pillarenv = null } = this.#ctx
    const text = (await fs.read(path)).toString('utf8')
    const context = {
      stack,
      minion_id: id,
      pillarenv,
      ymlpath: path,
      __grains__: grains,
      __opts__: options,
      __stack__: { cfg_path: this.#path },
    }
    const name = relative(this.#directory, path)
    const read = (wanted: string) => this.#included(wanted)
    const data = await this.#ctx.render(text, {
      name,
      renderer: 'jinja',
      allowUndefined: true,
      pillar: this.#ctx.pillar,
      context,
      read,
    })
    return typeof data === 'string' ? data : ''
  }

  /** What templates include and import: below the directory of the list, and no higher. */
  async #included(path: string): Promise<string | undefined> {
    if (isAbsolute(path) || path.split('/').includes('..')) return undefined
    try {
      return (await this.#ctx.fs.read(join(this.#directory, path))).toString('utf8')
    } catch (error) {
      if (isSaltError(error)) throw error
      return undefined
    }
  }

  async #matching(item: string): Promise<readonly string[]> {
    let paths = [isAbsolute(item) ? '/' : this.#directory]
    for (const part of item.split('/').filter((each) => each !== '')) {
      const next = await Promise.all(paths.map((path) => this.#step(path, part)))
      paths = next.flat()
    }
    const types = await Promise.all(paths.map(async (path) => (await this.#ctx.fs.stat(path))?.type))
    return paths.filter((_path, index) => types[index] === 'file').sort()
  }

  async #step(directory: string, part: string): Promise<readonly string[]> {
    if (!hasWildcards(part)) return [join(directory, part)]
    const names = await this.#ctx.fs.list(directory).catch(() => [])
    const isHidden = (name: string) => name.startsWith('.') && !part.startsWith('.')
    return names.filter((name) => !isHidden(name) && fnmatch(name, part)).map((name) => join(directory, name))
  }
}

/** A YAML list, or one item a line. */
function itemsIn(text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  const items = listIn(text) ?? lines
  return items.map((item) => item.trim()).filter((item) => item !== '')
}

function listIn(text: string): readonly string[] | undefined {
  try {
    const data = parseYaml(text, 'stack')
    return Array.isArray(data) ? data.map(pythonStr) : undefined
  } catch {
    return undefined
  }
}
