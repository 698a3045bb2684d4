// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { type DataMap, isMap, mapOf, mergeMaps, SaltError } from '@halite/core'
import { definePillar, type PillarContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import { nodegroupsOf } from './parts/nodegroups.ts'
import { booleanOf, type PillarConfig, settingsOf, textOf } from './parts/settings.ts'

const names = [
  'root_dir',
  'follow_dir_links',
  'debug',
  'keep_newline',
  'render_default',
  'renderer_blacklist',
  'renderer_whitelist',
  'template',
]
/** Most files that are read for one minion, and of how many levels. */
const most = { files: 10_000, levels: 32 }

/** The files of a directory as data. */
export default definePillar({
  name: 'file_tree',
  doc: 'The files below ``<root_dir>/nodegroups/<group>`` for each nodegroup of the minion, and over them those below ``<root_dir>/hosts/<id>``: a map by directory and file name. ``keep_newline`` (True, or globs) keeps the last line break of files, ``template: True`` renders them by ``render_default``, ``follow_dir_links`` follows links to directories. A relative ``root_dir`` lies below the ``pillar_roots`` of the ``pillarenv``.',
  async compile(ctx, config) {
    const settings = settingsOf(config, names)
    const trees: DataMap[] = []
    for (const root of rootsOf(ctx, textOf(settings, 'root_dir'))) {
      const groups = nodegroupsOf(ctx).map((name) => join(root, 'nodegroups', name))
      for (const directory of [...groups, join(root, 'hosts', ctx.id)]) {
        trees.push(await new Tree(ctx, settings).read(directory))
      }
    }
    return trees.reduce((all, tree) => mergeMaps(all, tree), {})
  },
})

function rootsOf({ pillarenv, options }: PillarContext, root: string): readonly string[] {
  if (isAbsolute(root)) return [root]
  const roots = options['pillar_roots']
  const own =
    isMap(roots) && pillarenv !== undefined ? new Map(Object.entries(roots)).get(pillarenv) : undefined
  if (Array.isArray(own)) return own.map((directory) => join(String(directory), root))
  throw new SaltError(
    'ARGUMENTS_INVALID',
    'its root_dir is relative, and there are no pillar_roots of a pillarenv',
  )
}

/** Reads one directory. */
class Tree {
  readonly #ctx: PillarContext
  readonly #settings: PillarConfig
  #files = 0

  constructor(ctx: PillarContext, settings: PillarConfig) {
    this.#ctx = ctx
    this.#settings = settings
  }

  async read(directory: string): Promise<DataMap> {
    const found = await this.#ctx.fs.stat(directory)
    return found?.type === 'directory' ? this.#below(directory, []) : {}
  }

  async #below(directory: string, above: readonly string[]): Promise<DataMap> {
    if (above.length > most.levels)
      throw new SaltError('VALUE_TOO_DEEP', `more than ${most.levels} directories`)
    const { fs, log } = this.#ctx
    const entries: [string, unknown][] = []
    for (const name of await fs.list(directory)) {
      const path = join(directory, name)
      const isLink = (await fs.stat(path, { followLinks: false }))?.type === 'link'
      const type = (await fs.stat(path))?.type
      const isFollowed = !isLink || booleanOf(this.#settings, 'follow_dir_links', false)
      if (type === 'directory' && isFollowed) entries.push([name, await this.#below(path, [...above, name])])
      else if (type === 'directory') entries.push([name, {}])
      else if (type === 'file') entries.push([name, await this.#content(path, [...above, name].join('/'))])
      else log.error('file_tree: not a regular file', { path })
    }
    return mapOf(entries)
  }

  async #content(path: string, name: string): Promise<unknown> {
    this.#files += 1
    if (this.#files > most.files) throw new SaltError('VALUE_TOO_LARGE', `more than ${most.files} files`)
    const bytes = await this.#ctx.fs.read(path)
    const isCut = bytes.at(-1) === 0x0a && !this.#keepsNewline(name)
    const content = isCut ? bytes.subarray(0, -1) : bytes
    const text = textIn(content)
    if (text === undefined || !booleanOf(this.#settings, 'template', false)) return text ?? content
    const renderer = textOf(this.#settings, 'render_default', 'jinja|yaml')
    return this.#ctx.render(text, { name, renderer })
  }

  #keepsNewline(name: string): boolean {
    const { keep_newline: kept = false } = this.#settings
    return Array.isArray(kept) ? kept.some((pattern) => fnmatch(name, String(pattern))) : kept === true
  }
}

/** What is UTF-8 is text, anything else stays bytes. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
