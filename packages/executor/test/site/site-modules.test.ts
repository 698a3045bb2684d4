// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadOptions, type MinionOptions, parseMinionId, silentLog } from '@halite/core'
import { type Fn, Registry } from '@halite/loader'
import { manifest } from '@halite/modules'
import { executorFiles, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SiteModules } from '../../src/site/site-modules.ts'

let directory: string
let logged: string[]

beforeEach(() => {
  directory = temporaryDirectory('site')
  logged = []
})
afterEach(() => removeTemporaryDirectory(directory))

const log = {
  ...silentLog,
  error: (message: string, fields = {}) => logged.push([message, ...Object.values(fields)].join(' | ')),
  warning: (message: string, fields = {}) => logged.push([message, ...Object.values(fields)].join(' | ')),
}

function options(more: Partial<MinionOptions> = {}): MinionOptions {
  const overrides = { root_dir: directory, module_dirs: [join(directory, 'site')], ...more }
  return loadOptions('minion', { configDir: join(directory, 'etc'), overrides }).options
}

function siteModules(given = options()): SiteModules {
  return new SiteModules({ id: parseMinionId('m1'), options: given, files: executorFiles(), log })
}

function write(path: string, text: string): void {
  const file = join(directory, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function moduleText(name: string, more = '', answer = name): string {
  return `export default ({ defineModule, fn }) => defineModule({
    name: '${name}', doc: '${name}.', ${more}
    functions: { who: fn({ doc: 'Who.', run: () => '${answer}' }) },
  })`
}

/** What the module says that a process which may be lost has. */
async function who(site: SiteModules, name: string): Promise<unknown> {
  const { fn } = await new Registry([...site.live(manifest), manifest]).function(`${name}.who`)
  return fn.run(undefined as never, {})
}

/** What the daemon knows of a function. */
async function declared(site: SiteModules, name: string, grains = {}): Promise<Fn> {
  return (await new Registry([...site.standIns(), manifest], { grains }).function(name)).fn
}

describe('refresh', () => {
  test('reads what is there, and nothing when nothing has changed', async () => {
    write('site/modules/own.mjs', moduleText('own'))
    const site = siteModules()
    expect(await site.refresh()).toBe(true)
    expect(await site.refresh()).toBe(false)
    expect(await who(site, 'own')).toBe('own')
    expect((await declared(site, 'own.who')).doc).toBe('Who.')
    expect(logged).toEqual([])
  })

  test('without site modules is done at once, and makes no directory', async () => {
    const site = siteModules()
    expect(await site.refresh()).toBe(false)
    expect(site.standIns()).toEqual([])
    expect(() => readdirSync(join(options().cachedir, 'site-modules'))).toThrow('ENOENT')
  })

  test('sees what is new, edited and gone, also in a file that a module imports', async () => {
    write(
      'site/modules/own.mjs',
      `import { answer } from '../utils/answer.mjs'\n${moduleText('own').replace("'own' })", 'answer })')}`,
    )
    write('site/utils/answer.mjs', "export const answer = 'one'")
    const site = siteModules()
    await site.refresh()
    expect(await who(site, 'own')).toBe('one')
    write('site/utils/answer.mjs', "export const answer = 'two'")
    write('site/modules/more.mjs', moduleText('more'))
    expect(await site.refresh()).toBe(true)
    expect(await who(site, 'own')).toBe('two')
    expect(await who(site, 'more')).toBe('more')
    rmSync(join(directory, 'site/modules/own.mjs'))
    expect(await site.refresh()).toBe(true)
    await expect(who(site, 'own')).rejects.toThrow("'own.who' is not available.")
  })

  test('leaves out, with the reason, a module whose needs this machine does not meet', async () => {
    write('site/modules/own.mjs', moduleText('own', "needs: { programs: ['no-such-program'] },"))
    write('site/modules/here.mjs', moduleText('here', `needs: { platform: '${process.platform}' },`))
    const site = siteModules()
    await site.refresh()
    const reason = "'own' __virtual__ returned False: no-such-program is not in the search path"
    await expect(declared(site, 'own.who')).rejects.toThrow(reason)
    await expect(who(site, 'own')).rejects.toThrow(reason)
    expect(await who(site, 'here')).toBe('here')
    const names = await new Registry([...site.standIns(), manifest]).moduleNames()
    expect(names).toContain('here')
    expect(names).not.toContain('own')
  })

  test('reads again when the copy is gone', async () => {
    write('site/modules/own.mjs', moduleText('own'))
    const site = siteModules()
    await site.refresh()
    rmSync(join(options().cachedir, 'site-modules'), { recursive: true })
    expect(await site.refresh()).toBe(true)
    expect(await who(site, 'own')).toBe('own')
  })

  test('starts no process for contents that were read before', async () => {
    write('site/modules/own.mjs', moduleText('own'))
    await siteModules().refresh()
    const files = { executor: '/nonexistent', manifest: '/nonexistent' }
    const again = new SiteModules({ id: parseMinionId('m1'), options: options(), files, log })
    expect(await again.refresh()).toBe(true)
    expect((await declared(again, 'own.who')).doc).toBe('Who.')
  })

  test('that cannot start a process leaves the modules out, says why, and tries again', async () => {
    write('site/modules/own.mjs', moduleText('own'))
    const parts = { id: parseMinionId('m1'), options: options(), log }
    const files = { executor: join(directory, 'none.js'), manifest: '/nonexistent' }
    const site = new SiteModules({ ...parts, files })
    await site.refresh()
    expect(site.standIns()).toEqual([])
    expect(logged.join()).toContain('site modules cannot be read: the executor')
    await site.refresh()
    expect(logged).toHaveLength(2)
  })

  test('lets the last of module_dirs win, and any of them over what was synced', async () => {
    const site = siteModules(options({ module_dirs: [join(directory, 'a'), join(directory, 'b')] }))
    for (const where of ['a', 'b', 'var/cache/salt/minion/extmods']) {
      write(`${where}/modules/own.mjs`, moduleText('own', '', where))
    }
    write('a/modules/two.mjs', moduleText('two', '', 'a'))
    write('var/cache/salt/minion/extmods/modules/two.mjs', moduleText('two', '', 'synced'))
    write('var/cache/salt/minion/extmods/modules/three.mjs', moduleText('three', '', 'synced'))
    await site.refresh()
    expect(await Promise.all(['own', 'two', 'three'].map((name) => who(site, name)))).toEqual([
      'b',
      'a',
      'synced',
    ])
  })

  test('tells of modules in Python and of directories without any', async () => {
    write('site/modules/old.py', 'def ping(): pass')
    await siteModules().refresh()
    await siteModules(options({ module_dirs: [join(directory, 'empty')] })).refresh()
    expect(logged).toEqual([
      `modules in Python are not loaded | ${join(directory, 'site')} | modules/old.py`,
      expect.stringMatching(
        /^a directory of module_dirs has none of the folders of modules \| .*empty \| modules grains /,
      ),
    ])
  })
})

/** What is wrong with a module → its text, and the rule that is named. */
const unruly: Readonly<Record<string, readonly [text: string, rule: string]>> = {
  'no JavaScript': [
    'export default () => {\n  return 1 +\n}\n',
    "cannot be imported: Unexpected token '}' (line 3)",
  ],
  'imports what is not in its directory': [
    "import '../../outside.mjs'",
    "cannot import '../outside.mjs': it may import node: modules and files of its own directory",
  ],
  'imports a package': [
    "import 'lmdb'",
    "cannot import 'lmdb': it may import node: modules and files of its own directory",
  ],
  'breaks a rule': ['export default () => ({})', 'name must be text'],
  exits: ['process.exit(7)', 'ended the process that read it (exit code 7)'],
  aborts: ['process.abort()', 'ended the process that read it (SIGABRT)'],
  blocks: ['Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', 'did not answer within 5 s'],
  'waits for ever': ['setInterval(() => {}, 1000); await new Promise(() => {})', 'did not answer within 5 s'],
}

test('a module that cannot be read costs itself alone', async () => {
  const found = Object.entries(unruly).map(async ([what, [text]]) => {
    write(`${what}/modules/a.mjs`, moduleText('a'))
    write(`${what}/modules/m.mjs`, text)
    write(`${what}/modules/z.mjs`, moduleText('z'))
    const site = siteModules(options({ module_dirs: [join(directory, what)] }))
    await site.refresh()
    const problem = who(site, 'm').catch((error: Error) => error.message)
    return [what, await Promise.all([who(site, 'a'), problem, who(site, 'z')])] as const
  })
  const wanted = Object.entries(unruly).map(([what, [, rule]]) => [
    what,
    ['a', `module ${join(directory, what, 'modules/m.mjs')}: ${rule}`, 'z'],
  ])
  expect(Object.fromEntries(await Promise.all(found))).toEqual(Object.fromEntries(wanted))
})

test('a condition is asked in a process of its own, with the grains that count', async () => {
  const condition = "loadIf: ({ grains }) => grains.kernel === 'Linux' || process.pid + ' needs Linux',"
  write('site/modules/own.mjs', moduleText('own', condition))
  write('site/modules/ends.mjs', moduleText('ends', 'loadIf: () => process.exit(1),'))
  const site = siteModules()
  await site.refresh()
  expect((await declared(site, 'own.who', { kernel: 'Linux' })).doc).toBe('Who.')
  const declined = await declared(site, 'own.who', { kernel: 'Plan9' }).catch((error: Error) => error.message)
  expect(declined).toMatch(/^'own' __virtual__ returned False: \d+ needs Linux$/)
  expect(declined).not.toContain(String(process.pid))
  await expect(declared(site, 'ends.who')).rejects.toThrow(
    "'ends' __virtual__ returned False: ended the process that read it (exit code 1)",
  )
})

test('grains are collected in a process of their own, and one that fails costs its own', async () => {
  const grain = (name: string, collect: string) =>
    `export default ({ defineGrain }) => defineGrain({ name: '${name}', doc: '.', provides: ['${name}'], collect: ${collect} })`
  write('site/grains/rack.mjs', grain('rack', "async (ctx) => ({ rack: ctx.id + ' r7' })"))
  write('site/grains/bad.mjs', grain('bad', '() => process.exit(3)'))
  write('site/grains/odd.mjs', grain('odd', '() => 5'))
  const site = siteModules()
  await site.refresh()
  const entries = new Registry([...site.standIns()]).entries('grains')
  expect(entries.map(({ name }) => name)).toEqual(['bad', 'odd', 'rack'])
  expect(await site.collectGrains(entries)).toEqual([{ rack: 'm1 r7' }])
  expect(logged).toEqual([
    expect.stringContaining('bad.mjs | ended the process that read it (exit code 3)'),
    expect.stringContaining('odd.mjs | it gave no map of grains'),
  ])
})
