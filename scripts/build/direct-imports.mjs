// SPDX-License-Identifier: Apache-2.0
// The bundler shares code by what an entry point reaches, not by what it uses: through `src/index.ts` every tool would
// load all of a package, its libraries too. So an import of a package's public entry is led past it: names whose file
// leads to a library are taken from that file, all others from the light part of the entry, which stays one piece.
// Names of one file that are imported late are taken from it, too.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

const namedImport = /^(import|export) \{([^}]*)\} from '(@halite\/[a-z]+)'$/gm
const lateImport = /\bconst \{ ([\w, ]+) \} = await import\('(@halite\/[a-z]+)'\)/g
const reExport = /^export (?:\* as (\w+)|\{([^}]*)\}) from '(\.[^']*)'$/gm
const staticImport = /^(?:import|export) (\*(?: as \w+)?|\w+|(?:\w+, )?\{([^}]*)\}) from '([^']+)'$/gm

/** Modules of Node that every program loads anyway, or as good as. */
const cheapBuiltIns = new Set(['buffer', 'fs', 'fs/promises', 'module', 'os', 'path', 'url', 'util'])
/** Namespace of the light parts. */
const lightPart = 'light-part'

/** An esbuild plugin for the sources below `packages/`. */
export function directImports(root) {
  const entries = publicEntries(realpathSync(root))
  return {
    name: 'direct-imports',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^light:@halite\// }, ({ path }) => ({
        path: path.slice('light:'.length),
        namespace: lightPart,
        sideEffects: false,
      }))
      onLoad({ filter: /.*/, namespace: lightPart }, ({ path }) => ({
        contents: lightPartOf(entries.get(path)),
        resolveDir: root,
      }))
      onLoad({ filter: /[\\/]packages[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
        contents: withDirectImports(readFileSync(path, 'utf8'), entries),
        loader: 'ts',
        resolveDir: dirname(path),
      }))
    },
  }
}

/** Package → exported name → `{ file, name, isLight }`: where it is from; the name `*` is all of the file. */
export function publicEntries(root) {
  const packages = readdirSync(join(root, 'packages'))
  const indexes = packages.map((name) => [`@halite/${name}`, join(root, 'packages', name, 'src', 'index.ts')])
  const present = indexes.filter(([, path]) => existsSync(path))
  const entries = new Map(present.map(([name, path]) => [name, exportsOf(path)]))
  const weigh = weigher(entries)
  for (const names of entries.values()) for (const from of names.values()) from.isLight = weigh(from.file)
  return entries
}

/** The text with its imports led past the public entries; each line stays where it is. */
export function withDirectImports(text, entries) {
  const early = text.replace(namedImport, (...match) => {
    const [whole, keyword, list, specifier] = match
    const known = entries.get(specifier)
    const names = valuesIn(list)
    if (known === undefined || names.length === 0) return whole
    const statements = names.map(({ name, as }) => {
      const from = known.get(name)
      if (from === undefined || from.isLight)
        return `${keyword} { ${name} as ${as} } from 'light:${specifier}'`
      return importOf(keyword, as, from)
    })
    return statements.join(';') + '\n'.repeat(whole.split('\n').length - 1)
  })
  return early.replace(lateImport, (...match) => lateImportOf(match, entries))
}

/** Names of one file come from there; names of several from the whole entry, as they stand. */
function lateImportOf([whole, list, specifier], entries) {
  const found = valuesIn(list).map(({ name }) => entries.get(specifier)?.get(name))
  const [first] = found
  const isPlain = valuesIn(list).every(({ name }, index) => found[index]?.name === name)
  if (!isPlain || found.some(({ file }) => file !== first.file)) return whole
  return `const { ${list} } = await import(${JSON.stringify(first.file)})`
}

function lightPartOf(names) {
  const light = [...names].filter(([, { isLight }]) => isLight)
  return light.map(([as, from]) => importOf('export', as, from)).join('\n')
}

function importOf(keyword, as, { file, name }) {
  const what = name === '*' ? `* as ${as}` : `{ ${name} as ${as} }`
  return `${keyword} ${what} from ${JSON.stringify(file)}`
}

function exportsOf(path) {
  const found = new Map()
  for (const [, all, list, file] of readFileSync(path, 'utf8').matchAll(reExport)) {
    const from = join(dirname(path), file)
    if (all !== undefined) found.set(all, { file: from, name: '*' })
    else for (const { name, as } of valuesIn(list)) found.set(as, { file: from, name })
  }
  return found
}

/** A function that tells whether a file, and all that it imports at its start, does without libraries. */
function weigher(entries) {
  const known = new Map()
  const isLight = (file) => {
    if (known.has(file)) return known.get(file)
    known.set(file, true) // files do not import each other in circles
    const imports = [...readFileSync(file, 'utf8').matchAll(staticImport)]
    const answer = imports.every(([, , list, specifier]) =>
      leadsToLight(specifier, valuesIn(list ?? ''), file),
    )
    known.set(file, answer)
    return answer
  }
  const leadsToLight = (specifier, names, file) => {
    if (specifier.startsWith('.')) return isLight(join(dirname(file), specifier))
    if (specifier.startsWith('node:')) return cheapBuiltIns.has(specifier.slice('node:'.length))
    const exported = entries.get(specifier)
    if (exported === undefined) return false
    return names.every(({ name }) => exported.has(name) && isLight(exported.get(name).file))
  }
  return isLight
}

/** The names of a list in braces, types left out. */
function valuesIn(list) {
  const words = list.split(',').map((word) => word.trim())
  return words
    .filter((word) => word !== '' && !word.startsWith('type '))
    .map((word) => {
      const [name, as = name] = word.split(' as ')
      return { name, as }
    })
}
