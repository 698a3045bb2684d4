// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventClient, LocalClient } from '@halite/client'
import {
  dumpJson,
  equal,
  Float,
  mapOf,
  parseYaml,
  pythonRepr,
  textKeyed,
  tupleOf,
  valueAt,
} from '@halite/core'
import { type ProcessCluster, startProcesses, until } from '@halite/testing'
import { assert, asyncProperty } from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anyValue } from '../../packages/core/test/values/arbitrary.ts'

const word = '{10: a, 2: b, z: 5.0, "1": [5, 5.0, 18446744073709551616], true: 1.5, ~: ""}'
const value = mapOf([
  [10, 'a'],
  [2, 'b'],
  ['z', new Float(5)],
  ['1', [5, new Float(5), 2n ** 64n]],
  [true, 1.5],
  [null, ''],
])
const repr = "{10: 'a', 2: 'b', 'z': 5.0, '1': [5, 5.0, 18446744073709551616], True: 1.5, None: ''}"
const json = '{"10": "a", "2": "b", "z": 5.0, "1": [5, 5.0, 18446744073709551616], "true": 1.5, "null": ""}'

const siteModule = `
export default ({ defineModule, fn, arg, values }) =>
  defineModule({
    name: 'shapes',
    doc: 'Values in every form.',
    functions: {
      all: fn({
        doc: 'Return one of each.',
        examples: ["salt '*' shapes.all"],
        run: () => [values.mapOf([[80, 'http'], ['x', values.floatOf(5)]]), new Map([[443, 1], ['10', 2]]), Buffer.from([255]), 2n ** 70n],
      }),
      kinds: fn({
        doc: 'Return what came.',
        examples: ["salt '*' shapes.kinds 5.0 5.0 5.0 {1: 2}"],
        args: { text: arg.string('Text.'), whole: arg.integer('A number.'), any: arg.any('Anything.'), map: arg.map('A map.') },
        run: (ctx, { text, whole, any, map }) => [typeof text, text, typeof whole, whole, any, Object.keys(map), values.pythonStr(values.toPlain(any))],
      }),
      seen: fn({
        doc: 'Return what the pillar and the grains have.',
        examples: ["salt '*' shapes.seen"],
        run: ({ pillar, grains }) => [values.valueAt(values.valueAt(pillar, 'ports'), 80), grains.scale, values.entriesOf(grains.ports)],
      }),
    },
  })
`

let cluster: ProcessCluster
let client: LocalClient

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'], start: false })
  const roots = join(cluster.directory, 'pillar')
  const site = join(cluster.directory, 'site')
  mkdirSync(roots, { mode: 0o700 })
  mkdirSync(join(site, 'modules'), { recursive: true })
  write(join(roots, 'top.sls'), "base:\n  '*': [data]\n")
  write(join(roots, 'data.sls'), `ports: {80: http, 443: https, "22": ssh}\nvalue: ${word}\n7: seven\n`)
  write(join(site, 'modules/shapes.mjs'), siteModule)
  append(
    join(cluster.configDir('master'), 'master'),
    `pillar_roots: {base: [${roots}]}\nnodegroups: {5: m1}\n`,
  )
  append(join(cluster.configDir('m1'), 'minion'), `module_dirs: [${site}]\nshapes.limits: {1: 2.0}\n`)
  write(join(cluster.configDir('m1'), 'grains'), `ports: {80: http, 9: x}\nscale: 5.0\n3: three\n`)
  await cluster.start()
  await cluster.acceptAll()
  client = new LocalClient({ configDir: cluster.configDir('master') })
  await until('the pillar is held', async () => pythonRepr(await ask('pillar.raw')) !== '{}')
}, 60_000)
afterAll(async () => {
  await client?.close()
  await cluster?.close()
})

function write(path: string, text: string): void {
  writeFileSync(path, text)
}

function append(path: string, text: string): void {
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n${text}`)
}

async function ask(fun: string, ...arg: unknown[]): Promise<unknown> {
  return (await client.cmd('m1', fun, arg))['m1']
}

async function salt(...words: string[]): Promise<string> {
  const { stdout, stderr } = await cluster.run('salt', '--no-color', 'm1', ...words)
  expect(stderr).toBe('')
  return stdout
}

describe('a word of the command line', () => {
  test('comes back in each format as it was written', async () => {
    expect(await salt('test.echo', word, '--out=raw')).toBe(`{'m1': ${repr}}\n`)
    expect(await salt('test.echo', word, '--out=json', '--out-indent=-1')).toBe(`{"m1": ${json}}\n`)
    expect(await salt('test.echo', word, '--out=txt')).toBe(`m1: ${repr}\n`)
    expect(await salt('test.echo', '{10: a, 2: b, 5.0: c}', '--out=yaml')).toBe(
      'm1:\n  2: b\n  5.0: c\n  10: a\n',
    )
    expect(await salt('test.echo', '{10: a, 2: b}')).toBe(
      'm1:\n    ----------\n    2:\n        b\n    10:\n        a\n',
    )
    expect(await salt('test.echo', '{10: a, 2: b}', '--out=pprint')).toBe("{'m1': {2: 'b', 10: 'a'}}\n")
    expect(await salt('test.echo', '5.0', '--out=newline_values_only')).toBe('5.0\n')
  })

  test('is the same in a batch, as a static document, and without a master', async () => {
    const batch = await cluster.run('salt', '-b', '1', 'm1', 'test.echo', word, '--out=raw')
    expect(batch.stdout).toContain(repr)
    expect(await salt('--static', 'test.echo', word, '--out=json', '--out-indent=-1')).toBe(
      `{"m1": ${json}}\n`,
    )
    const local = await cluster.run('salt-call', '--local', '--out=raw', 'test.echo', word)
    expect(local.stdout).toBe(`{'local': ${repr}}\n`)
    const called = await cluster.run('salt-call', '--out=raw', 'test.echo', word)
    expect(called.stdout).toBe(`{'local': ${repr}}\n`)
  })

  test('is a keyword argument, and what the job is said to have been', async () => {
    expect(await salt('test.kwarg', `x=${word}`, '--out=raw')).toContain(`'x': ${repr}`)
    const out = await salt('test.arg', word, 'x=5.0', '--out=raw')
    expect(out).toContain(`'args': [${repr}], 'kwargs': {'x': 5.0`)
  })
})

describe('a program', () => {
  test('gets what it sent', async () => {
    expect(await ask('test.echo', value)).toEqual(value)
    const odd = [
      Buffer.from([0, 255]),
      '\ud800 lone',
      'nul \0',
      'x'.repeat(200_000),
      -0.5,
      1e300,
      tupleOf([1]),
    ]
    expect(equal(await ask('test.echo', odd), [...odd.slice(0, -1), [1]])).toBe(true)
  })

  test('gets any value that it sent', { timeout: 60_000 }, async () => {
    await assert(
      asyncProperty(anyValue(), async (sent) => {
        expect(pythonRepr(await ask('test.echo', [sent]))).toBe(pythonRepr([sent]))
      }),
      { numRuns: 60 },
    )
  })

  test('reads it again from the store, and in events', async () => {
    await using events = new EventClient({ configDir: cluster.configDir('master') })
    const returns = events.events('salt/job/')
    await returns.ready
    const jid = await client.cmdAsync('m1', 'test.echo', [value])
    for await (const { tag, data } of returns) {
      if (!tag.endsWith('/ret/m1') || data['jid'] !== jid) continue
      expect([data['return'], data['fun_args']]).toEqual([value, [value]])
      break
    }
    const { stdout } = await cluster.run('salt-run', 'jobs.lookup_jid', String(jid), '--out=raw')
    expect(stdout).toBe(`{'m1': ${repr}}\n`)
    expect((await cluster.run('salt-run', 'jobs.list_job', String(jid), '--out=raw')).stdout).toContain(repr)
  })

  test('fires events whose data has such keys', async () => {
    await using events = new EventClient({ configDir: cluster.configDir('master') })
    const feed = events.events('shop/')
    await feed.ready
    await ask('event.fire_master', value, 'shop/m1')
    await events.fire('shop/own', { value })
    for await (const { data } of feed) {
      expect(data['value']).toEqual(value)
      break
    }
  })
})

describe('hostile keys', () => {
  const keys = ['__proto__', 'constructor', 'toString', '10', '', 'k'.repeat(65_536), 'hasOwnProperty', '\0']

  test('are keys like others, at any depth', async () => {
    const map = mapOf(keys.map((key) => [key, mapOf([[key, key]])]))
    expect(await ask('test.echo', map)).toEqual(map)
    expect('polluted' in {}).toBe(false)
  })

  test('of a return are shown', async () => {
    expect(await salt('test.echo', '{"__proto__": {polluted: 1}, constructor: 2}', '--out=raw')).toBe(
      "{'m1': {'__proto__': {'polluted': 1}, 'constructor': 2}}\n",
    )
  })
})

describe('pillar, grains and configuration', () => {
  test('keep the types of what stands in the files', async () => {
    const pillar = await ask('pillar.items')
    expect(valueAt(pillar as Map<unknown, unknown>, 'value')).toEqual(value)
    expect(pythonRepr(pillar)).toContain("'ports': {80: 'http', 443: 'https', '22': 'ssh'}")
    expect(pythonRepr(await ask('pillar.raw'))).toContain("7: 'seven'")
    expect(pythonRepr(await ask('grains.item', 'ports', 'scale'))).toBe(
      "{'ports': {80: 'http', 9: 'x'}, 'scale': 5.0}",
    )
    expect(pythonRepr(await ask('config.get', 'shapes.limits'))).toBe('{1: 2.0}')
  })

  test('are looked up and targeted by keys as people write them', async () => {
    expect(await ask('pillar.get', 'ports:80')).toBe('http')
    expect(await ask('pillar.get', 'ports:22')).toBe('ssh')
    expect(await ask('grains.get', 'ports:9')).toBe('x')
    expect(await ask('grains.get', '3')).toBe('three')
    for (const [target, tgtType] of [
      ['ports:80:http', 'grain'],
      ['ports:443:https', 'pillar'],
      ['scale:5.0', 'grain'],
      ['5', 'nodegroup'],
    ] as const) {
      expect(Object.keys(await client.cmd(target, 'test.ping', [], { tgtType })), target).toEqual(['m1'])
    }
    expect(await client.cmd('scale:5', 'test.ping', [], { tgtType: 'grain' })).toEqual({})
  })

  test('are written by grains.setval as they were given', async () => {
    await ask('grains.setval', 'written', value)
    const file = parseYaml(readFileSync(join(cluster.configDir('m1'), 'grains'), 'utf8'), 'grains')
    expect(valueAt(file as Record<string, unknown>, 'written')).toEqual(value)
    expect(pythonRepr(await ask('grains.get', 'written'))).toBe(repr)
  })
})

describe('a module of the site', () => {
  test('returns what JavaScript has no form for', async () => {
    expect(pythonRepr(await ask('shapes.all'))).toBe(
      "[{80: 'http', 'x': 5.0}, {443: 1, '10': 2}, b'\\xff', 1180591620717411303424]",
    )
  })

  test('gets plain values where it declares them', async () => {
    expect(await salt('shapes.kinds', '5.0', '5.0', '5.0', '{1: 2}', '--out=raw')).toBe(
      "{'m1': ['string', '5.0', 'number', 5, 5.0, ['1'], '5']}\n",
    )
  })

  test('reads pillar and grains with their types', async () => {
    expect(pythonRepr(await ask('shapes.seen'))).toBe("['http', 5.0, [[80, 'http'], [9, 'x']]]")
  })
})

describe("Salt's own texts", () => {
  const path = join(import.meta.dirname, '../../../shared/truth/values.json')
  const rows: { in: string; json: string; yaml: string; nested: string }[] = existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : []

  beforeEach((ctx) =>
    ctx.skip(rows.length === 0, 'no ../shared/truth/values.json; the tests above have cases of their own'),
  )

  test.each(rows)('of $in', async ({ in: text, ...texts }) => {
    for (const [out, wanted] of Object.entries(texts)) {
      const { stdout } = await cluster.run(
        'salt-call',
        '--local',
        '--no-color',
        `--out=${out}`,
        'test.outputter',
        text,
      )
      expect(stdout.trimEnd()).toBe(wanted.trimEnd())
    }
  })

  test('are there', () => {
    expect(rows.length).toBeGreaterThan(0)
    expect(dumpJson(textKeyed({}))).toBe('{}')
  })
})
