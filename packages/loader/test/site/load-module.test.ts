// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import {
  arg,
  type Contract,
  checkDescription,
  describeModule,
  docOf,
  lateSiteApi,
  loadSiteModule,
  moduleProblem,
  type SiteApi,
  signature,
  standInModule,
} from '../../src/index.ts'
import { siteModule, siteModules } from './site-directory.ts'

const pkg: Contract = {
  version: signature<string>()({
    doc: 'Return the version.',
    args: { name: arg.string('Package.') },
  }),
}

const api: SiteApi = await lateSiteApi({ contracts: { pkg: async () => pkg } })()

/* What Node itself says of a file that it cannot import is tested with real executors, in packages/executor/test/site. */
const broken: readonly (readonly [rule: string, text: string])[] = [
  ['its default export must be a factory: export default ({ defineModule }) => …', 'export default {}'],
  ['its default export must be a factory: export default ({ defineModule }) => …', 'export const a = 1'],
  ['cannot be imported: no', "throw new Error('no')"],
  ["cannot import 'no-such': it may import node: modules and files of its own directory", "import 'no-such'"],
  ['its factory fails: missing is not defined', 'export default () => missing()'],
  [
    "its factory fails: there is no contract 'nope'; there are: pkg",
    "export default ({ contract }) => contract('nope')",
  ],
  ['its default export must be an object', 'export default () => 1'],
  ['functions must be a map', "export default () => ({ name: 'own', doc: '' })"],
  [
    'a.b has a dot, which ends the name of a module',
    "export default () => ({ name: 'a.b', doc: '', functions: {} })",
  ],
  [
    'function f has no run',
    "export default ({ fn }) => ({ name: 'own', doc: '', functions: { f: fn({ doc: 'F.' }) } })",
  ],
]

describe('a broken module is named with the rule', () => {
  test.each(broken)('%s', async (rule, text) => {
    await expect(loadSiteModule(await siteModule(text, 'execution'), api)).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: `module /srv/site/modules/own.mjs: ${rule}`,
    })
  })
})

const good = `
import { greeting } from '../utils/words.mjs'
export default async ({ defineModule, fn, arg, contract }) => defineModule({
  name: 'own', virtual: 'pkg', doc: 'Own.', loadIf: ({ grains }) => grains.os === 'X' || 'not X',
  functions: {
    hello: fn({ doc: 'Greet.', inline: true, args: { big: arg.any('Big.').default(10n) }, run: () => greeting }),
    version: contract('pkg').version.implement((_ctx, { name }) => name + ' 1'),
  },
})`

async function loadGood() {
  const [module] = await siteModules({
    'modules/own.mjs': good,
    'utils/words.mjs': "export const greeting = 'hi'",
  })
  return loadSiteModule({ ...module!, kind: 'execution' }, api)
}

test('a factory gives a module, none of whose functions is inline', async () => {
  const { functions } = await loadGood()
  expect(functions['hello']?.inline).toBe(false)
  expect(functions['hello']?.run(undefined, {})).toBe('hi')
  expect(functions['version']?.run(undefined, { name: 'vim' })).toBe('vim 1')
})

describe('a description', () => {
  test('is plain data, and makes a stand-in that can be listed and documented', async () => {
    const module = await loadGood()
    const description = describeModule(module)
    expect(JSON.parse(JSON.stringify(description))).toEqual(description)
    expect(description.facts).toEqual({
      name: 'own',
      virtual: 'pkg',
      conditional: true,
      functions: ['hello', 'version'],
    })
    const standIn = standInModule(checkDescription('execution', description), () => 'asked') as typeof module
    expect(moduleProblem('execution', standIn)).toBeUndefined()
    expect(standIn.loadIf?.({ grains: {}, options: {} })).toBe('asked')
    expect(docOf(standIn.functions['version']!)).toBe(docOf(module.functions['version']!))
    expect(() => standIn.functions['version']?.run(undefined, {})).toThrow('known by its description alone')
  })

  test('of a grain module has its keys', async () => {
    const text = `export default ({ defineGrain }) =>
      defineGrain({ name: 'own', doc: 'Own.', provides: ['b', 'a'], slow: true, needs: { platform: 'linux' }, collect: () => ({}) })`
    const grain = await loadSiteModule(await siteModule(text, 'grains'), api)
    const description = describeModule(grain)
    expect(description).toEqual({
      facts: { name: 'own', provides: ['a', 'b'], slow: true, needs: { platform: 'linux' } },
      doc: 'Own.',
    })
    expect(checkDescription('grains', description)).toBe(description)
  })

  test.each([
    undefined,
    1,
    {},
    { facts: {}, doc: '' },
    { facts: { name: 'a' }, doc: 1 },
    { facts: { name: 'a' }, doc: '', functions: { f: 1 } },
  ])('%o is not a description', (value) => {
    expect(() => checkDescription('execution', value)).toThrow('what it says of itself cannot be read')
  })
})
