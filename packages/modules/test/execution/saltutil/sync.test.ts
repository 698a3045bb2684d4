// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseMinionId, silentLog } from '@halite/core'
import {
  createContext,
  keywordMap,
  type MastersContext,
  noFiles,
  Registry,
  runFunction,
} from '@halite/loader'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

describe('what is synced', () => {
  let directory: string
  let extmods: string

  beforeEach(() => {
    directory = temporaryDirectory('halite-sync')
    extmods = join(directory, 'extmods')
  })
  afterEach(() => removeTemporaryDirectory(directory))

  /** A file of an environment. */
  const serve = (saltenv: string, path: string, text = 'export default 1\n') => {
    const place = join(directory, 'served', saltenv, path)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, text)
  }
  const filesOf = (saltenv: string) => {
    const root = join(directory, 'served', saltenv)
    if (!existsSync(root)) return []
    const entries = readdirSync(root, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort()
  }
  const call = async (fun: string, kwargs = {}, options = {}, masters?: MastersContext) => {
    const all = { extension_modules: extmods, clean_dynamic_modules: true, ...options }
    const registry = new Registry(manifest, { options: all, grains: {} })
    const context = createContext({
      registry,
      id: parseMinionId('m1'),
      options: all,
      grains: {},
      pillar: {},
      log: silentLog,
      masters,
      files: {
        ...noFiles,
        listFiles: async (prefix = '', { saltenv = 'base' } = {}) =>
          filesOf(saltenv).filter((path) => path.startsWith(prefix)),
        cacheFile: async (url, { saltenv = 'base' } = {}) =>
          join(directory, 'served', saltenv, url.replace('salt://|', '')),
      },
    })
    // The environment is named: there is no top file.
    const named = fun === 'list_extmods' ? {} : { saltenv: 'base', ...kwargs }
    return (await runFunction(registry, context, { fun: `saltutil.${fun}`, arg: [keywordMap(named)] })).return
  }
  const synced = () =>
    existsSync(extmods)
      ? readdirSync(extmods, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(extmods.length + 1))
          .sort()
      : []

  // Function, folder of the file server, what its modules are called: as Salt has them.
  test.each([
    ['sync_beacons', '_beacons', 'beacons'],
    ['sync_clouds', '_clouds', 'clouds'],
    ['sync_engines', '_engines', 'engines'],
    ['sync_executors', '_executors', 'executors'],
    ['sync_grains', '_grains', 'grains'],
    ['sync_log_handlers', '_log_handlers', 'log_handlers'],
    ['sync_matchers', '_matchers', 'matchers'],
    ['sync_modules', '_modules', 'modules'],
    ['sync_output', '_output', 'output'],
    ['sync_outputters', '_output', 'output'],
    ['sync_pillar', '_pillar', 'pillar'],
    ['sync_proxymodules', '_proxy', 'proxy'],
    ['sync_renderers', '_renderers', 'renderers'],
    ['sync_returners', '_returners', 'returners'],
    ['sync_sdb', '_sdb', 'sdb'],
    ['sync_serializers', '_serializers', 'serializers'],
    ['sync_states', '_states', 'states'],
    ['sync_thorium', '_thorium', 'thorium'],
    ['sync_tops', '_tops', 'tops'],
    ['sync_utils', '_utils', 'utils'],
    ['sync_wrapper', '_wrapper', 'wrapper'],
  ])('%s takes what is in %s', async (fun, folder, name) => {
    serve('base', `${folder}/one.js`)
    serve('base', '_elsewhere/two.js')
    expect(await call(fun)).toEqual([`${name}.one`])
    expect(synced()).toEqual([`${name}/one.js`])
  })

  test('sync_pillar is for minions without a master', async () => {
    serve('base', '_pillar/one.js')
    const masters = { fireEvent: async () => true, revokeAuth: async () => true }
    expect(await call('sync_pillar', {}, {}, masters)).toMatch(/can only be synced to masterless minions/)
    expect(await call('sync_pillar', {}, { file_client: 'local' }, masters)).toEqual(['pillar.one'])
  })

  test('is what is new or changed', async () => {
    serve('base', '_modules/one.js')
    serve('base', '_modules/sub/two.mjs')
    serve('base', '_modules/notes.txt')
    expect(await call('sync_modules')).toEqual(['modules.one', 'modules.sub.two'])
    expect(await call('sync_modules')).toEqual([])
    serve('base', '_modules/one.js', 'export default 2\n')
    expect(await call('sync_modules')).toEqual(['modules.one'])
    expect(readFileSync(join(extmods, 'modules/one.js'), 'utf8')).toBe('export default 2\n')
  })

  test('goes with its file, unless clean_dynamic_modules says otherwise', async () => {
    serve('base', '_modules/one.js')
    serve('dev', '_modules/deep/two.js')
    await call('sync_modules', { saltenv: 'base,dev' })
    await call('sync_modules', {}, { clean_dynamic_modules: false })
    expect(synced()).toEqual(['modules/deep/two.js', 'modules/one.js'])
    await call('sync_modules')
    expect(synced()).toEqual(['modules/one.js'])
    expect(existsSync(join(extmods, 'modules/deep'))).toBe(false)
  })

  test('is of the last environment that has it, each time', async () => {
    serve('base', '_modules/one.js', 'base\n')
    serve('dev', '_modules/one.js', 'dev\n')
    expect(await call('sync_modules', { saltenv: ['base', 'dev'] })).toEqual(['modules.one'])
    expect(await call('sync_modules', { saltenv: ['base', 'dev'] })).toEqual([])
    expect(readFileSync(join(extmods, 'modules/one.js'), 'utf8')).toBe('dev\n')
  })

  test('is chosen by extmod_whitelist and extmod_blacklist', async () => {
    for (const name of ['one', 'two', 'three']) serve('base', `_modules/${name}.js`)
    expect(await call('sync_modules', {}, { extmod_whitelist: { modules: ['one', 'two'] } })).toEqual([
      'modules.one',
      'modules.two',
    ])
    await call('sync_modules', { extmod_blacklist: 'one,two' })
    expect(synced()).toEqual(['modules/three.js'])
    await call('sync_all', { extmod_whitelist: { modules: ['two'], grains: [] } })
    expect(synced()).toEqual(['modules/two.js'])
    expect(await call('sync_modules', { extmod_whitelist: 5 })).toContain('extmod_whitelist')
  })

  test('may become a directory, and the reverse', async () => {
    serve('base', '_utils/x.js/y.js')
    await call('sync_utils')
    serve('dev', '_utils/x.js')
    expect(await call('sync_utils', { saltenv: 'dev' })).toEqual(['utils.x'])
    expect(await call('sync_utils')).toEqual(['utils.x.js.y'])
    expect(synced()).toEqual(['utils/x.js/y.js'])
  })

  test('holds every kind that Salt syncs on minions', async () => {
    const kinds = Object.keys((await call('sync_all')) as object)
    expect(kinds).toEqual(
      expect.arrayContaining(['beacons', 'grains', 'modules', 'states', 'sdb', 'utils', 'proxymodules']),
    )
    expect(await call('list_extmods')).toEqual({})
  })
})
