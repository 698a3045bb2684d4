// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isTruthy, loadJson, mapValues, mergeMaps, parseYaml, SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { lookUp } from './parts/look-up.ts'
import { mapArgument } from './slsutil/merge.ts'

const merging = {
  merge_lists: arg.boolean('Join lists, without what is there already.').default(false),
  in_place: arg.boolean('In a template, change the first map itself.').default(true),
  convert_none: arg.boolean('``None`` counts as an empty map.').default(true),
}

/** `defaults`: the defaults of formulas. */
export default defineModule({
  name: 'defaults',
  doc: 'Reads the defaults of formulas, and merges what a site sets into them.',
  functions: {
    get: fn({
      doc: 'Return the value at a path below the defaults of a formula: ``defaults.yaml`` or ``defaults.json`` of the directory that the first key names.',
      examples: ["salt '*' defaults.get core:users:root"],
      args: {
        key: arg.string('The path; the formula alone for all its defaults.'),
        default: arg.any('What to return when nothing is there.').default(''),
      },
      run: async (ctx, { key, default: fallback }) => {
        const [formula = '', ...path] = key.split(':')
        const defaults = await readDefaults(ctx, formula)
        return path.length === 0 ? defaults : lookUp(defaults, path, fallback)
      },
    }),
    merge: fn({
      doc: 'Return a map with another one merged into it, map by map.',
      examples: ["salt '*' defaults.merge '{a: b}' '{d: e}'"],
      args: { dest: arg.any('The map.'), src: arg.any('What is merged into it; it wins.'), ...merging },
      run: (_ctx, { dest, src, merge_lists: mergeLists, in_place: inPlace, convert_none: convert }) => {
        if (dest === null && convert && inPlace) throw noPlace('merge')
        return mergeMaps(givenMap(dest, convert), givenMap(src, convert), { mergeLists })
      },
    }),
    deepcopy: fn({
      doc: 'Return a copy.',
      examples: ["salt '*' defaults.deepcopy '{a: b}'"],
      args: { source: arg.any('What to copy.') },
      run: (_ctx, { source }) => source,
    }),
    update: fn({
      doc: 'Return a map of maps, each with the same defaults below it.',
      examples: ["salt '*' defaults.update '{host01: {index: foo}}' '{enabled: True}'"],
      args: {
        dest: arg.any('The map of maps.'),
        defaults: arg.any('What each of them has unless it says otherwise.'),
        ...merging,
        merge_lists: arg.boolean('Join lists, without what is there already.').default(true),
      },
      run: (_ctx, { dest, defaults, merge_lists: mergeLists, in_place: inPlace, convert_none: convert }) => {
        if (dest === null && inPlace) throw noPlace('update')
        const below = givenMap(defaults, convert)
        return mapValues(givenMap(dest, convert), (node) =>
          mergeMaps(below, givenMap(node, convert), { mergeLists }),
        )
      },
    }),
  },
})

function givenMap(value: unknown, convertNone: boolean): DataMap {
  return value === null && convertNone ? {} : mapArgument(value)
}

function noPlace(what: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `Can't perform in-place ${what} into NoneType`)
}

/** The first of the two files that is there; null where none is. */
async function readDefaults({ files, fs }: ExecContext, formula: string): Promise<unknown> {
  const sources = [
    { url: `salt://${formula}/defaults.yaml`, read: parseYaml },
    { url: `salt://${formula}/defaults.json`, read: (text: string) => loadJson(text) },
  ]
  for (const { url, read } of sources) {
    const copy = await files.cacheFile(url)
    if (copy === undefined) continue
    const data = read(await fs.readText(copy), url)
    return isTruthy(data) ? data : {}
  }
  return null
}
