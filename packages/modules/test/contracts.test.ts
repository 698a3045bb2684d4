// SPDX-License-Identifier: Apache-2.0
import {
  type Args,
  argspecOf,
  type Contract,
  checkModule,
  docOf,
  type Fn,
  functionKinds,
  type KindObjects,
  type Manifest,
  type ManifestEntry,
  type ModuleKind,
  moduleKinds,
  Registry,
} from '@halite/loader'
import { describe, expect, test } from 'vitest'
import { manifest } from '../src/index.ts'

const entries = moduleKinds.flatMap((kind) =>
  Object.entries(manifest[kind] ?? {}).map(([file, entry]) => ({ kind, file, entry })),
)
const functionModules = entries.filter(({ kind }) => functionKinds.some((other) => other === kind))

describe.each(entries)('$kind/$file', ({ kind, file, entry }) => {
  test('keeps the contract of its kind and is what the manifest says', async () => {
    const module = checkModule(kind, file, (await entry.load()).default)
    expect(module.doc).toMatch(/\S.*[.?!]$/s)
    expect(factsOf(module)).toEqual(manifestFacts(entry))
  })
})

describe.each(functionModules)('functions of $kind/$file', ({ kind, file, entry }) => {
  test('are documented: what each does, every argument, an example that calls it', async () => {
    const { functions, virtual, name } = await moduleOf(kind, file, entry)
    const problems = Object.entries(functions).flatMap(([fn, declared]) =>
      problemsOf(`${virtual ?? name}.${fn}`, declared),
    )
    // States are asked for by sls files, all in the same way.
    const isCalled = kind !== 'states'
    expect(problems.filter((problem) => isCalled || !problem.endsWith('no example calls it'))).toEqual([])
  })
})

describe.each(functionModules)('descriptions of $kind/$file', ({ kind, file, entry }) => {
  test('say what the module says', async () => {
    const { functions } = await moduleOf(kind, file, entry)
    const { functions: described = {} } = (await manifest.descriptions?.[kind]?.())?.[file] ?? {}
    const words = (all: Parameters<typeof docOf>[0][]) => all.map((one) => [docOf(one), argspecOf(one)])
    expect(Object.keys(described)).toEqual(Object.keys(functions))
    expect(words(Object.values(described))).toEqual(words(Object.values(functions)))
  })
})

test('what is listed and documented is not imported', async () => {
  const imported: string[] = []
  const registry = new Registry(watched(manifest, imported))
  const names = await registry.functionNames()
  const documented = await Promise.all(names.map((name) => registry.describe(name)))
  expect(documented.every((one) => one !== undefined)).toBe(true)
  expect(await registry.describe('test.nothing')).toBe(undefined)
  expect(await registry.describe('nothing.at_all')).toBe(undefined)
  expect(await registry.providers()).toMatchObject({ test: 'test' })
  expect(imported).toEqual([])
})

test('a provider of a virtual name keeps what its contract says of each function', async () => {
  const problems = await Promise.all(
    functionModules.map(({ kind, file, entry }) => againstContract(kind, file, entry)),
  )
  expect(problems.flat()).toEqual([])
})

test('no two modules of a kind answer to one name without a condition to choose by', () => {
  const unconditional = entries.filter(({ entry }) => !entry.conditional && entry.needs === undefined)
  const names = unconditional.map(({ kind, entry }) => `${kind}/${entry.virtual ?? entry.name}`)
  expect(names).toEqual([...new Set(names)])
})

test('the first call of test.ping imports one file', async () => {
  const imported: string[] = []
  await new Registry(watched(manifest, imported)).function('test.ping')
  expect(imported).toEqual(['execution/test'])
})

function watched(original: Manifest, imported: string[]): Manifest {
  const { descriptions = {} } = original
  const watch = (kind: ModuleKind, file: string, entry: ManifestEntry): ManifestEntry => ({
    ...entry,
    load: () => {
      imported.push(`${kind}/${file}`)
      return entry.load()
    },
  })
  const kinds = Object.fromEntries(
    moduleKinds.map((kind) => {
      const watchedEntries = Object.entries(original[kind] ?? {}).map(([file, entry]) => [
        file,
        watch(kind, file, entry),
      ])
      return [kind, Object.fromEntries(watchedEntries)]
    }),
  )
  return { ...kinds, descriptions }
}

async function moduleOf(
  kind: ModuleKind,
  file: string,
  entry: ManifestEntry,
): Promise<KindObjects['execution']> {
  // Only kinds of functions come here.
  return checkModule(kind, file, (await entry.load()).default) as KindObjects['execution']
}

/** Functions that are in the contract of the module's virtual name and were not made from it. */
async function againstContract(kind: ModuleKind, file: string, entry: ManifestEntry): Promise<string[]> {
  const contract = (await manifest.contracts?.[entry.virtual ?? '']?.()) as Contract | undefined
  if (contract === undefined) return []
  const { functions } = await moduleOf(kind, file, entry)
  return Object.entries(contract)
    .filter(([name]) => functions[name] !== undefined && functions[name].doc !== contract[name]?.doc)
    .map(([name]) => `${kind}/${file}: ${name} does not use ${entry.virtual}.${name} of the contract`)
}

/** What the manifest keeps of a module, read from the module itself. */
function factsOf(module: object) {
  const { name, virtual, needs, loadIf, functions, provides, slow } = module as Record<string, never>
  const names = functions === undefined ? [] : Object.keys(functions).sort()
  const fnOf = (fn: string) => functions?.[fn] as Fn | undefined
  return {
    name,
    virtual,
    needs,
    conditional: loadIf !== undefined,
    functions: names,
    inline: names.filter((fn) => fnOf(fn)?.inline),
    reads: Object.fromEntries(names.flatMap((fn) => (fnOf(fn)?.reads ? [[fn, fnOf(fn)?.reads]] : []))),
    provides: provides === undefined ? [] : [...provides].sort(),
    slow: slow ?? false,
  }
}

function manifestFacts({ load: _load, ...entry }: ManifestEntry) {
  const { conditional = false, functions = [], inline = [], reads = {}, provides = [], slow = false } = entry
  return {
    name: entry.name,
    virtual: entry.virtual,
    needs: entry.needs,
    conditional,
    functions,
    inline,
    reads,
    provides,
    slow,
  }
}

function problemsOf(name: string, { doc, examples, args }: Fn): string[] {
  const problems: string[] = []
  if (!/\S.*[.?!`]$/s.test(doc.trim())) problems.push(`${name}: doc is not a sentence`)
  if (!examples.some((example) => example.includes(name))) problems.push(`${name}: no example calls it`)
  return [...problems, ...undocumented(args).map((arg) => `${name}: argument ${arg} has no doc`)]
}

function undocumented(args: Args): string[] {
  return Object.keys(args).filter((key) => !/\S/.test(args[key]?.doc ?? ''))
}
