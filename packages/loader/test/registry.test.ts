// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import {
  defineModule,
  fn,
  type LoadContext,
  type Manifest,
  type ManifestEntry,
  type Needs,
  Registry,
} from '../src/index.ts'

const ping = fn({ doc: 'Answer.', inline: true, run: () => true })

interface Fake {
  readonly virtual?: string
  readonly loadIf?: (context: LoadContext) => true | string
}

/** An entry for a module of one function, `ping`, and the names of the files that were imported. */
function entryOf(imported: string[], name: string, { virtual, loadIf }: Fake = {}): ManifestEntry {
  return {
    name,
    ...(virtual === undefined ? {} : { virtual }),
    ...(loadIf === undefined ? {} : { conditional: true }),
    functions: ['ping'],
    inline: ['ping'],
    load: async () => {
      imported.push(name)
      const module = defineModule({ name, doc: name, functions: { ping } })
      return { default: { ...module, ...(loadIf === undefined ? {} : { loadIf }) } }
    },
  }
}

const broken = (exported: unknown): ManifestEntry => ({
  name: 'broken',
  functions: ['ping'],
  load: async () => ({ default: exported }),
})

function fleet(imported: string[] = []): Manifest {
  const onlyOn = (family: string) => ({
    virtual: 'pkg',
    loadIf: ({ grains }: LoadContext) => grains['os_family'] === family || `only on ${family}`,
  })
  return {
    execution: {
      aptpkg: entryOf(imported, 'aptpkg', onlyOn('Debian')),
      yumpkg: entryOf(imported, 'yumpkg', onlyOn('RedHat')),
      winonly: entryOf(imported, 'winonly', { loadIf: () => 'only on Windows' }),
      test: entryOf(imported, 'test'),
    },
  }
}

describe('finding a function', () => {
  test('imports the file of its module and no other, once', async () => {
    const imported: string[] = []
    const registry = new Registry(fleet(imported))
    expect(imported).toEqual([])
    const [found] = await Promise.all([registry.function('test.ping'), registry.function('test.ping')])
    expect(found).toMatchObject({ name: 'test.ping', file: 'test', fn: ping })
    expect(imported).toEqual(['test'])
  })

  test('goes by the virtual name and by what the grains say', async () => {
    const registry = new Registry(fleet(), { grains: { os_family: 'RedHat' } })
    expect((await registry.function('pkg.ping')).file).toBe('yumpkg')
    await expect(registry.function('yumpkg.ping')).rejects.toThrow("'yumpkg.ping' is not available.")
    const elsewhere = registry.withGrains({ os_family: 'Debian' })
    expect((await elsewhere.function('pkg.ping')).file).toBe('aptpkg')
  })

  test.each(['no.such', 'test.nosuch', 'test', 'test.', '', '.ping', 'test.__proto__', '__proto__.ping'])(
    '%o is not available',
    async (name) => {
      await expect(new Registry(fleet()).function(name)).rejects.toMatchObject({
        code: 'FUNCTION_UNKNOWN',
        message: `'${name}' is not available.`,
      })
    },
  )

  test('says why a module declined', async () => {
    const registry = new Registry(fleet(), { grains: { os_family: 'Suse' } })
    await expect(registry.function('winonly.ping')).rejects.toMatchObject({
      code: 'FUNCTION_UNKNOWN',
      message: "'winonly' __virtual__ returned False: only on Windows",
    })
    await expect(registry.function('pkg.ping')).rejects.toThrow(
      "'pkg' __virtual__ returned False: only on Debian; only on RedHat",
    )
  })

  test('takes a condition that throws for a refusal', async () => {
    const fails = {
      loadIf: () => {
        throw new Error('no such grain')
      },
    }
    const registry = new Registry({ execution: { odd: entryOf([], 'odd', fails) } })
    await expect(registry.function('odd.ping')).rejects.toThrow(
      "'odd' __virtual__ returned False: no such grain",
    )
  })
})

test('a condition that says neither yes nor why is a refusal', async () => {
  // A module in plain JavaScript may return anything.
  const fails = { loadIf: () => false as unknown as string }
  const registry = new Registry({ execution: { odd: entryOf([], 'odd', fails) } })
  await expect(registry.function('odd.ping')).rejects.toThrow(
    "'odd' __virtual__ returned False: it gave no reason",
  )
})

describe('options', () => {
  test('providers forces a module, by file, even one that declines', async () => {
    const options = { providers: { pkg: 'yumpkg' } }
    const registry = new Registry(fleet(), { grains: { os_family: 'Debian' }, options })
    expect((await registry.function('pkg.ping')).file).toBe('yumpkg')
  })

  test.each(['aptpkg', 'pkg'])('disable_modules: %s', async (name) => {
    const options = { disable_modules: [name] }
    const registry = new Registry(fleet(), { grains: { os_family: 'Debian' }, options })
    await expect(registry.function('pkg.ping')).rejects.toMatchObject({ code: 'FUNCTION_UNKNOWN' })
    expect(await registry.moduleNames()).toEqual(['test'])
  })

  test('whitelist_modules', async () => {
    const registry = new Registry(fleet(), { options: { whitelist_modules: ['test'] } })
    expect(registry.entries('execution').map(({ file }) => file)).toEqual(['test'])
  })

  test('values of the wrong type are ignored', async () => {
    const options = { providers: 'x', disable_modules: 'test', whitelist_modules: null }
    expect(await new Registry(fleet(), { options }).functionNames()).toContain('test.ping')
  })
})

describe('listing', () => {
  test('leaves out what declines, and imports only what may', async () => {
    const imported: string[] = []
    const registry = new Registry(fleet(imported), { grains: { os_family: 'Debian' } })
    expect(await registry.moduleNames()).toEqual(['pkg', 'test'])
    expect(await registry.functionNames()).toEqual(['pkg.ping', 'test.ping'])
    expect(await registry.providers()).toEqual({ pkg: 'aptpkg', test: 'test' })
    expect(imported).not.toContain('test')
  })

  test('knows from the manifest alone what is inline', () => {
    const registry = new Registry(fleet(), { options: { disable_modules: ['winonly'] } })
    expect(registry.isInline('test.ping')).toBe(true)
    // Whether it loads is for code to say, which never runs in the daemon.
    expect(registry.isInline('pkg.ping')).toBe(false)
    expect(registry.isInline('test.sleep')).toBe(false)
    expect(registry.isInline('no.such')).toBe(false)
    expect(registry.isInline('winonly.ping')).toBe(false)
  })
})

const invalid: readonly (readonly [string, unknown])[] = [
  ['its default export must be an object', undefined],
  ['name must be text', {}],
  ['doc must be text', { name: 'broken' }],
  ['functions must be a map', { name: 'broken', doc: '' }],
  ['loadIf must be a function', { name: 'broken', doc: '', loadIf: true, functions: {} }],
  ['function a b is not a function name', { name: 'broken', doc: '', functions: { 'a b': ping } }],
  ['function ping has no run', { name: 'broken', doc: '', functions: { ping: {} } }],
  [
    'function ping has an argument that is not a name: 1',
    { name: 'broken', doc: '', functions: { ping: { ...ping, args: { 1: {} } } } },
  ],
  [
    'function ping must declare argument x with arg',
    { name: 'broken', doc: '', functions: { ping: { ...ping, args: { x: 'text' } } } },
  ],
]

describe('a broken module', () => {
  test.each(invalid)('%s', async (rule, exported) => {
    const registry = new Registry({ execution: { broken: broken(exported), ...fleet().execution } })
    await expect(registry.function('broken.ping')).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: `module execution/broken: ${rule}`,
    })
    expect((await registry.function('test.ping')).file).toBe('test')
  })

  test('that cannot be imported is named with the reason', async () => {
    const load = () => Promise.reject(new Error('Unexpected token'))
    const registry = new Registry({ execution: { broken: { name: 'broken', load } } })
    await expect(registry.function('broken.ping')).rejects.toThrow(
      'module execution/broken: cannot be imported: Unexpected token',
    )
  })

  test('gives way to another provider of its name', async () => {
    const manifest = {
      execution: { a: { ...broken(null), virtual: 'pkg' }, b: entryOf([], 'b', { virtual: 'pkg' }) },
    }
    expect((await new Registry(manifest).function('pkg.ping')).file).toBe('b')
  })
})

test('kinds of one object a file are found by name', async () => {
  const render = () => ''
  const manifest: Manifest = {
    outputters: {
      text: { name: 'txt', load: async () => ({ default: { name: 'txt', doc: 'Text.', render } }) },
    },
  }
  const registry = new Registry(manifest)
  expect(await registry.object('outputters', 'txt')).toMatchObject({ render })
  expect(await registry.object('outputters', 'none')).toBeUndefined()
})

describe('what a module needs', () => {
  const imported: string[] = []
  const needing = (name: string, needs: Needs): ManifestEntry => ({
    ...entryOf(imported, name, { virtual: 'pkg' }),
    needs,
    reads: { ping: ['modules'] },
  })
  const manifest: Manifest = {
    execution: {
      aptpkg: needing('aptpkg', { os_family: 'Debian', programs: ['apt-get'] }),
      yumpkg: needing('yumpkg', { os_family: 'RedHat' }),
      test: entryOf(imported, 'test'),
    },
  }
  const machine = {
    platform: 'linux' as const,
    find: (name: string) => (name === 'apt-get' ? name : undefined),
  }

  test('decides without an import', async () => {
    const registry = new Registry(manifest, { grains: { os_family: 'Debian' }, machine })
    expect(await registry.functionNames()).toEqual(['pkg.ping', 'test.ping'])
    expect(await registry.providers()).toEqual({ pkg: 'aptpkg', test: 'test' })
    expect(imported).toEqual([])
    expect(registry.isInline('pkg.ping')).toBe(true)
    expect(registry.reads('pkg.ping', 'modules')).toBe(true)
    expect(registry.reads('pkg.ping', 'grains')).toBe(false)
    expect((await registry.function('pkg.ping')).file).toBe('aptpkg')
    expect(imported).toEqual(['aptpkg'])
  })

  test('is in the text of a module that declines', async () => {
    const registry = new Registry(manifest, { grains: { os_family: 'Suse' }, machine })
    expect(await registry.moduleNames()).toEqual(['test'])
    await expect(registry.function('pkg.ping')).rejects.toThrow(
      "'pkg' __virtual__ returned False: the os_family must be Debian, and is Suse; " +
        'the os_family must be RedHat, and is Suse',
    )
    expect(imported).toEqual(['aptpkg'])
  })

  test('does not count for a provider that the configuration names', async () => {
    const options = { providers: { pkg: 'yumpkg' } }
    const registry = new Registry(manifest, { grains: { os_family: 'Debian' }, options, machine })
    expect(await registry.providers()).toMatchObject({ pkg: 'yumpkg' })
    expect((await registry.function('pkg.ping')).file).toBe('yumpkg')
  })

  test('a built-in module with a condition in code keeps what lists modules out of the daemon', () => {
    const coded = { ...manifest.execution, other: entryOf(imported, 'other', { loadIf: () => true }) }
    const registry = new Registry({ execution: coded }, { grains: { os_family: 'Debian' }, machine })
    expect(registry.isInline('pkg.ping')).toBe(false)
    expect(registry.isInline('test.ping')).toBe(true)
    expect(registry.isInline('other.ping')).toBe(false)
  })
})

describe('the registry of a daemon', () => {
  const quick = fn({ doc: 'Quick.', inline: true, run: () => 'quick' })
  const slow = fn({ doc: 'Slow.', run: () => 'slow' })
  const module = { name: 'own', doc: 'Own.', functions: { quick, slow } }
  const entry: ManifestEntry = {
    name: 'own',
    functions: ['quick', 'slow'],
    inline: ['quick'],
    load: async () => ({ default: module }),
  }
  const object = { ...broken({ name: 'own', doc: 'Own.', render: () => 'text' }), name: 'own' }
  const manifest: Manifest = {
    execution: { own: entry },
    runners: { own: entry },
    wheel: { own: entry },
    outputters: { own: object },
  }
  const daemon = new Registry(manifest, { inDaemon: true })
  const elsewhere = new Registry(manifest)

  async function result(registry: Registry, kind: 'execution' | 'runners' | 'wheel', name: string) {
    const { fn } = await registry.function(name, kind)
    return fn.run(undefined, {})
  }

  test.each(['execution', 'runners', 'wheel'] as const)('runs inline functions of %s', async (kind) => {
    expect(await result(daemon, kind, 'own.quick')).toBe('quick')
  })

  test('runs other functions where their kind does, and declares them everywhere', async () => {
    expect(await result(daemon, 'wheel', 'own.slow')).toBe('slow')
    for (const kind of ['execution', 'runners'] as const) {
      await expect(result(daemon, kind, 'own.slow')).rejects.toThrow('own.slow does not run in a daemon')
      await expect(result(daemon.withGrains({}), kind, 'own.slow')).rejects.toThrow('in a daemon')
      expect((await daemon.function('own.slow', kind)).fn.doc).toBe('Slow.')
      expect(await result(elsewhere, kind, 'own.slow')).toBe('slow')
    }
  })

  test('loads no object of a kind that runs elsewhere', async () => {
    await expect(daemon.object('outputters', 'own')).rejects.toThrow(
      'outputters/own does not run in a daemon',
    )
    expect((await elsewhere.object('outputters', 'own'))?.name).toBe('own')
  })
})
