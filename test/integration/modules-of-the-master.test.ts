// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Repository } from '../../packages/fileserver/test/git/repository.ts'

const directory = temporaryDirectory('halite-master-modules')
let cluster: ProcessCluster

const renderer = `export default ({ defineRenderer }) => defineRenderer({
  name: 'shout',
  doc: 'A line in capitals.',
  render: (input) => ({ shouted: String(input).trim().toUpperCase() }),
})`
const stateRenderer = `export default ({ defineRenderer }) => defineRenderer({
  name: 'nops',
  doc: 'A state that does nothing, for each line.',
  render: (input, { keysAt }) => {
    const lines = String(input).trim().split('\\n')
    keysAt?.(new Map(lines.map((line, index) => [line, index + 2])))
    return Object.fromEntries(lines.map((line) => [line, { 'test.nop': [] }]))
  },
})`
const runner = (answer: string) => `export default ({ defineModule, masterFn }) => defineModule({
  name: 'own',
  doc: 'Of the site.',
  functions: { answer: masterFn({ doc: 'Answers.', examples: ['salt-run own.answer'], run: () => '${answer}' }) },
})`

beforeAll(async () => {
  serve('salt/_renderers/shout.js', renderer)
  serve('salt/_renderers/nops.js', stateRenderer)
  serve('salt/_runners/own.js', runner('first'))
  serve('salt/_grains/old.py', 'def x(): pass\n')
  serve('salt/loud.sls', '#!jinja|nops\none {{ grains.id }}\ntwo\n')
  serve('pillar/top.sls', "base:\n  '*': [loud]\n")
  serve('pillar/loud.sls', '#!jinja|shout\nfor {{ grains.id }}\n')
  const repository = new Repository(join(directory, 'repository'))
  repository.commit({ 'top.sls': "base:\n  '*': [a]\n", 'a.sls': 'from: {{ opts.id }} by git\n' })
  cluster = await startProcesses({
    minions: ['m1'],
    masterConfig: {
      file_roots: { base: [join(directory, 'salt')] },
      pillar_roots: { base: [join(directory, 'pillar')] },
      ext_pillar: [{ git: [`master ${repository.directory}`] }],
    },
  })
  await cluster.acceptAll()
}, 60_000)
afterAll(async () => {
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

function serve(path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text)
}

async function run(...words: string[]): Promise<unknown> {
  const { stdout, stderr } = await cluster.run('salt-run', '--out=json', ...words)
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`${words.join(' ')}: ${stdout}${stderr}`)
  }
}

async function minion(...words: string[]): Promise<unknown> {
  const { stdout, stderr } = await cluster.run('salt', '--out=json', 'm1', ...words)
  try {
    return JSON.parse(stdout).m1
  } catch {
    throw new Error(`${words.join(' ')}: ${stdout}${stderr}`)
  }
}

describe('salt-run saltutil', () => {
  test('syncs each kind of the master, names what is new, and says why Python is not loaded', async () => {
    expect(await run('saltutil.sync_renderers')).toEqual(['renderers.nops', 'renderers.shout'])
    expect(await run('saltutil.sync_renderers')).toEqual([])
    expect(await run('saltutil.sync_grains')).toEqual([
      expect.stringMatching(/^_grains\/old.py is not loaded: Python/),
    ])
    expect(await run('saltutil.sync_all', 'extmod_blacklist=own')).toMatchObject({
      runners: [],
      wheel: [],
      roster: [],
    })
    const all = await run('saltutil.sync_all')
    expect(all).toMatchObject({
      runners: ['runners.own'],
      renderers: [],
      not_loaded: { '_grains/old.py': expect.anything() },
    })
  })

  test.each(
    'cache clouds eauth_tokens engines executors fileserver grains modules output pillar proxymodules queues renderers returners roster runners sdb serializers states thorium tops utils wheel wrapper'.split(
      ' ',
    ),
  )('sync_%s is there', async (kind) => {
    expect(await run('-d', `saltutil.sync_${kind}`)).toBeTypeOf('object')
  })

  test('a runner is there at once, changes with its file and goes with it', async () => {
    await run('saltutil.sync_runners')
    expect(await run('own.answer')).toBe('first')
    serve('salt/_runners/own.js', runner('second'))
    expect(await run('saltutil.sync_runners')).toEqual(['runners.own'])
    expect(await run('own.answer')).toBe('second')
    rmSync(join(directory, 'salt/_runners/own.js'))
    await run('saltutil.sync_runners')
    const { stderr, stdout } = await cluster.run('salt-run', 'own.answer')
    expect(`${stdout}${stderr}`).toContain("'own.answer' is not available")
  })
})

describe('a renderer of the site', () => {
  test('renders pillar on the master', async () => {
    await run('saltutil.sync_renderers')
    // Threads look for modules of the site every two seconds.
    await until('the renderer is there', async () => {
      return JSON.stringify(await run('pillar.show_pillar', 'm1')).includes('FOR M1')
    })
    expect(await run('pillar.show_pillar', 'm1')).toMatchObject({ shouted: 'FOR M1' })
  })

  test('renders states on a minion that synced it, and no longer when its file is gone', async () => {
    expect(await minion('saltutil.sync_renderers')).toEqual(['renderers.nops', 'renderers.shout'])
    expect(Object.keys((await minion('state.show_sls', 'loud')) as object)).toEqual(['one m1', 'two'])
    const rendered = await minion('slsutil.renderer', 'string=hello', 'default_renderer=shout')
    expect(rendered).toEqual({ shouted: 'HELLO' })
    rmSync(join(directory, 'salt/_renderers/nops.js'))
    expect(await minion('saltutil.sync_renderers')).toEqual([])
    expect(JSON.stringify(await minion('state.show_sls', 'loud'))).toContain('nops')
  })
})

describe('pillar from git, on a master', () => {
  test('is there for its minions', async () => {
    expect(await minion('saltutil.refresh_pillar', 'wait=True')).toBe(true)
    expect(await minion('pillar.items')).toMatchObject({ from: 'm1 by git', shouted: 'FOR M1' })
  })

  test('salt-run git_pillar.update fetches it', async () => {
    const url = join(directory, 'repository')
    expect(await run('git_pillar.update')).toEqual({ [`master ${url}`]: null })
    const { code, stdout, stderr } = await cluster.run('salt-run', 'git_pillar.update', 'repo=x')
    expect([code, `${stdout}${stderr}`]).toEqual([
      1,
      expect.stringContaining('not found in ext_pillar config'),
    ])
    expect(existsSync(url)).toBe(true)
  })
})
