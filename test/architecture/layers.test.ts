// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { importsOf, packageIn } from './imports.ts'
import { type Node, packageNames, packageOf, packageSources, root, type Source, textOf } from './sources.ts'

interface Layer {
  /** Packages it may import. */
  readonly uses: readonly string[]
  /** Packages it may import with `import()` only, so that a tool which does not need them never loads them. */
  readonly usesLate?: readonly string[]
}

/** The one table of direction. A package that is not in it has no place yet: add a row, with its reason in an ADR. */
const layers: Readonly<Record<string, Layer>> = {
  core: { uses: [] },
  protocol: { uses: ['core'] },
  targeting: { uses: ['core'] },
  loader: { uses: ['core'] },
  updater: { uses: ['core'] },
  transport: { uses: ['core', 'protocol'] },
  executor: { uses: ['core', 'loader'] },
  fileserver: { uses: ['core', 'protocol', 'targeting'] },
  rendering: { uses: ['core', 'loader', 'targeting', 'fileserver'] },
  states: { uses: ['core', 'loader', 'targeting'] },
  winrepo: { uses: ['core', 'rendering'] },
  modules: {
    uses: ['core', 'loader', 'targeting', 'rendering', 'states', 'winrepo', 'updater', 'fileserver'],
  },
  minion: {
    uses: [
      'core',
      'protocol',
      'transport',
      'loader',
      'executor',
      'targeting',
      'fileserver',
      'rendering',
      'updater',
    ],
  },
  master: {
    uses: ['core', 'protocol', 'transport', 'loader', 'executor', 'targeting', 'fileserver', 'rendering'],
  },
  client: { uses: ['core', 'protocol', 'transport', 'targeting'], usesLate: ['minion', 'master'] },
  cli: { uses: ['core', 'client', 'loader'], usesLate: ['master', 'minion'] },
}

/** Not a layer: private, started by tests only, and so free to use everything. */
const outside = 'testing'

/** Packages that are named in a type only; nothing of them is loaded. */
const typesOnly: Readonly<Record<string, readonly string[]>> = { modules: ['fileserver'] }

/** The daemons reach built-in modules through the manifest, the one thing that package shows to its side of the table. */
const manifestReaders = ['minion', 'master', 'cli']
const manifest = '@halite/modules'

const shipped = packageNames().filter((name) => name !== outside)

test('every package has a row in the table', () => {
  expectNone(
    'No row',
    shipped.filter((name) => layers[name] === undefined),
  )
})

test('the table itself has a direction: no row leads back to its own package', () => {
  const reached = (name: string, seen: Set<string> = new Set()): Set<string> => {
    for (const next of layers[name]?.uses ?? []) {
      if (!seen.has(next)) reached(next, seen.add(next))
    }
    return seen
  }
  expectNone(
    'Rows in a circle',
    Object.keys(layers).filter((name) => reached(name).has(name)),
  )
})

test('modules shows its manifest and nothing else', () => {
  const index = packageSources('modules').filter(({ path }) => path === 'packages/modules/src/index.ts')
  const others = index.flatMap(importsOf).filter(({ specifier }) => specifier !== './manifest.generated.ts')
  expectNone(
    'Not the manifest',
    others.map(({ at }) => at),
  )
})

test('what a package exports is listed by name', () => {
  const offences = packageSources()
    .filter(({ path }) => path.endsWith('/src/index.ts'))
    .flatMap(({ path, program }) => ((program['body'] as Node[]).some(isExportAll) ? [path] : []))
  expectNone('`export *` hides what is public', offences)
})

/** `export * as name` does not count: a namespace hides nothing, since its users write the name. */
function isExportAll({ type, exported }: Node): boolean {
  return type === 'ExportAllDeclaration' && exported === null
}

test('packages of others that are loaded late are ES modules', () => {
  const offences = packageSources()
    .flatMap(importsOf)
    .filter(({ specifier, kind }) => kind === 'dynamic' && isCommonJs(specifier))
  expectNone(
    'In the bundle `import()` of CommonJS gives no names; import it at the top of a file that is itself loaded late',
    offences.map(({ at, specifier }) => `${at}: ${specifier}`),
  )
})

function isCommonJs(specifier: string): boolean {
  const name = packageIn(specifier)
  if (name === undefined || name.startsWith('@halite/')) return false
  const nested = packageNames().map((one) => `packages/${one}/node_modules/${name}/package.json`)
  const manifestPath = [...nested, `node_modules/${name}/package.json`].find((path) =>
    existsSync(join(root, path)),
  )
  if (manifestPath === undefined) return false
  const { type, exports } = JSON.parse(textOf(manifestPath))
  return type !== 'module' && !JSON.stringify(exports ?? {}).includes('"import"')
}

describe.each(shipped)('%s', (name) => {
  const sources = packageSources(name)

  test('imports only the packages its row names', () => {
    expectNone(
      'Against the direction',
      sources.flatMap((source) => againstDirection(name, source)),
    )
  })

  test('imports of ours lead to the front door of a package or stay inside it', () => {
    expectNone('Around the front door', sources.flatMap(aroundTheDoor))
  })

  test('package.json declares what is imported and nothing else', () => {
    expectNone(`packages/${name}/package.json`, againstManifest(name, sources))
  })

  test('files do not import each other in circles', () => {
    expectNone('Circles', circles(sources))
  })
})

function againstDirection(name: string, source: Source): string[] {
  const { uses = [], usesLate = [] } = layers[name] ?? {}
  return importsOf(source).flatMap(({ specifier, kind, at }) => {
    const target = ourPackage(specifier)
    if (target === undefined || (specifier === manifest && manifestReaders.includes(name))) return []
    if (typesOnly[name]?.includes(target) && kind !== 'type')
      return [`${at}: ${name} may import only types of ${target}`]
    if (uses.includes(target) || (usesLate.includes(target) && kind !== 'static')) return []
    return [
      `${at}: ${name} may not import ${target}${usesLate.includes(target) ? ' except with import()' : ''}`,
    ]
  })
}

function aroundTheDoor(source: Source): string[] {
  const home = `packages/${packageOf(source.path)}/src`
  return importsOf(source).flatMap(({ specifier, at }) => {
    const outOfHome = specifier.startsWith('.') && !join(dirname(source.path), specifier).startsWith(home)
    const deep = specifier.startsWith('@halite/') && specifier.split('/').includes('src')
    return outOfHome || deep ? [`${at}: ${specifier}`] : []
  })
}

function againstManifest(name: string, sources: readonly Source[]): string[] {
  const { dependencies = {} } = JSON.parse(textOf(`packages/${name}/package.json`))
  const imported = new Set(
    sources.flatMap((source) => importsOf(source).map(({ specifier }) => packageIn(specifier))),
  )
  imported.delete(undefined)
  imported.delete(`@halite/${name}`)
  return [
    ...[...imported]
      .filter((one) => !Object.hasOwn(dependencies, one ?? ''))
      .map((one) => `not declared: ${one}`),
    ...Object.keys(dependencies)
      .filter((one) => !imported.has(one))
      .map((one) => `not used: ${one}`),
  ]
}

/** Folders whose files may need types of each other, with the reason; needing each other to be loaded is never allowed. */
const mutualTypes: Readonly<Record<string, string>> = {
  'packages/rendering/src/jinja/': 'the runtime of the template language and its values are one model',
  'packages/transport/src/zmtp/': 'a connection and the sentry that watches it know each other',
}

/** Chains of files that need each other, if only for a type. */
function circles(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map((source) => source.path))
  const edges = new Map(
    sources.map((source) => {
      const isMutual = Object.keys(mutualTypes).some((folder) => source.path.startsWith(folder))
      const targets = importsOf(source)
        .filter(({ kind }) => kind === 'static' || (kind === 'type' && !isMutual))
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => join(dirname(source.path), specifier))
      return [source.path, targets.filter((path) => paths.has(path))] as const
    }),
  )
  const found: string[] = []
  const done = new Set<string>()
  const follow = (path: string, chain: readonly string[]): void => {
    if (chain.includes(path)) found.push([...chain.slice(chain.indexOf(path)), path].join(' → '))
    if (done.has(path) || chain.includes(path)) return
    for (const next of edges.get(path) ?? []) follow(next, [...chain, path])
    done.add(path)
  }
  for (const path of paths) follow(path, [])
  return found
}

function ourPackage(specifier: string): string | undefined {
  const name = packageIn(specifier)
  return name?.startsWith('@halite/') ? name.slice('@halite/'.length) : undefined
}
