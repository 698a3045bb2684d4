// SPDX-License-Identifier: Apache-2.0
import { parseMinionId, silentLog } from '@halite/core'
import { expect, test } from 'vitest'
import {
  createContext,
  defineModule,
  describeModule,
  fn,
  lateSiteApi,
  liveSiteManifest,
  loadSiteModule,
  type Manifest,
  type ReadSiteModule,
  Registry,
  type RegistrySettings,
  readModule,
  runFunction,
} from '../../src/index.ts'
import { siteModules } from './site-directory.ts'

const module = (name: string, more: string, answer = name) => `
export default ({ defineModule, fn }) => defineModule({
  name: '${name}', doc: '${name}.', ${more}
  functions: { who: fn({ doc: 'Who.', inline: true, run: () => '${answer}' }) },
})`

function builtIn(name: string, virtual?: string) {
  const who = fn({ doc: 'Who.', inline: true, run: () => `built-in ${name}` })
  const made = defineModule({
    name,
    doc: name,
    functions: { who },
    ...(virtual === undefined ? {} : { virtual }),
  })
  return {
    name,
    functions: ['who'],
    inline: ['who'],
    ...(virtual === undefined ? {} : { virtual }),
    load: async () => ({ default: made }),
  }
}

const manifest: Manifest = {
  execution: { aptpkg: builtIn('aptpkg', 'pkg'), test: builtIn('test'), cmd: builtIn('cmd') },
}

async function registryOver(files: Readonly<Record<string, string>>, settings: RegistrySettings = {}) {
  const api = lateSiteApi(manifest)
  const modules = await siteModules(files)
  const read: ReadSiteModule[] = []
  for (const one of modules) {
    const outcome = await loadSiteModule(one, await api()).then(describeModule, (error) => ({
      problem: String(error.data.problem),
    }))
    read.push(readModule(one, outcome))
  }
  return new Registry([liveSiteManifest(read, api), manifest], settings)
}

async function call(registry: Registry, fun: string): Promise<unknown> {
  const id = parseMinionId('m1')
  const context = createContext({ registry, id, options: {}, grains: {}, pillar: {}, log: silentLog })
  return (await runFunction(registry, context, { fun, arg: [] })).return
}

test('a site module replaces a built-in of its name or its file, and leaves the others', async () => {
  const registry = await registryOver({
    'modules/mine.mjs': module('test', ''),
    'modules/cmd.mjs': module('other', ''),
  })
  expect(await call(registry, 'test.who')).toBe('test')
  expect(await call(registry, 'other.who')).toBe('other')
  expect(await call(registry, 'cmd.who')).toBe("'cmd.who' is not available.")
  expect(await call(registry, 'pkg.who')).toBe('built-in aptpkg')
  expect(await registry.providers()).toEqual({ other: 'cmd', pkg: 'aptpkg', test: 'mine' })
})

test('no site module runs in the daemon, and only what none answers to counts as built in', async () => {
  const registry = await registryOver({ 'modules/test.mjs': module('test', '') })
  expect(registry.isInline('test.who')).toBe(false)
  expect(registry.isBuiltIn('test.who')).toBe(false)
  expect(registry.isInline('cmd.who')).toBe(true)
  expect(registry.isBuiltIn('cmd.who')).toBe(true)
  expect(registry.isBuiltIn('cmd.nope')).toBe(false)
  expect(registry.isBuiltIn('nope.who')).toBe(false)
})

const minepkg = (loadIf: string) => ({
  'modules/minepkg.mjs': module('minepkg', `virtual: 'pkg', ${loadIf}`),
})

test('under a virtual name a site module is asked first, and a built-in when it declines', async () => {
  expect(await call(await registryOver(minepkg('')), 'pkg.who')).toBe('minepkg')
  const declines = await registryOver(minepkg("loadIf: () => 'not today',"))
  expect(await call(declines, 'pkg.who')).toBe('built-in aptpkg')
})

test('providers forces either', async () => {
  const files = minepkg("loadIf: () => 'not today',")
  const forced = (name: string) => registryOver(files, { options: { providers: { pkg: name } } })
  expect(await call(await forced('minepkg'), 'pkg.who')).toBe('minepkg')
  expect(await call(await forced('aptpkg'), 'pkg.who')).toBe('built-in aptpkg')
})

test('disable_modules goes by file and by name, and what it disables replaces nothing', async () => {
  const files = { 'modules/mine.mjs': module('test', '') }
  const byFile = await registryOver(files, { options: { disable_modules: ['mine'] } })
  expect(await call(byFile, 'test.who')).toBe('built-in test')
  const byName = await registryOver(files, { options: { disable_modules: ['test'] } })
  expect(await call(byName, 'test.who')).toBe("'test.who' is not available.")
})

test('loadIf sees grains and options, and its reason is shown as Salt does', async () => {
  const text = module(
    'own',
    "loadIf: ({ grains, options }) => grains.kernel === options.wanted || 'needs ' + options.wanted,",
  )
  const on = (kernel: string) =>
    registryOver({ 'modules/own.mjs': text }, { grains: { kernel }, options: { wanted: 'Linux' } })
  expect(await call(await on('Linux'), 'own.who')).toBe('own')
  expect(await call(await on('Plan9'), 'own.who')).toBe("'own' __virtual__ returned False: needs Linux")
  expect(await (await on('Plan9')).moduleNames()).toEqual(['cmd', 'pkg', 'test'])
})

test('a broken module says so under its name, replaces what has that name, and harms nothing else', async () => {
  const registry = await registryOver({
    'modules/cmd.mjs': 'export default 1',
    'modules/own.mjs': module('own', ''),
  })
  const rule = 'its default export must be a factory: export default ({ defineModule }) => …'
  expect(await call(registry, 'cmd.who')).toBe(`ERROR: module /srv/site/modules/cmd.mjs: ${rule}`)
  expect(await call(registry, 'own.who')).toBe('own')
  expect(await registry.functionNames()).toEqual(['own.who', 'pkg.who', 'test.who'])
})
