// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  repositoryRoot,
  startProcesses,
  temporaryDirectory,
} from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/* The page docs/extend/adding-a-state.md, followed word for word, and then through a master. */

const page = readFileSync(join(repositoryRoot, 'docs/extend/adding-a-state.md'), 'utf8')
const blocks = new Map(
  [...page.matchAll(/^```(?:js|yaml) ([\w./-]+)\n([\s\S]*?)^```$/gm)].map(([, path = '', text = '']) => [
    path,
    text,
  ]),
)
const commands = [...page.matchAll(/^(salt-call .*?) {2,}# (\w+): (.*)$/gm)].map(
  ([, line = '', result, comment]) => ({
    words: line.split(' ').slice(1),
    result: result === 'None' ? null : result === 'True',
    comment,
  }),
)
const target = '/tmp/motd-of-this-page'

let directory: string
let cluster: ProcessCluster

function write(path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text)
}

beforeAll(async () => {
  rmSync(target, { force: true })
  directory = temporaryDirectory('motd-')
  for (const [path, text] of blocks) write(path, text)
  write('_states/motd.mjs', blocks.get('states/motd.mjs') ?? '')
  cluster = await startProcesses({ minions: ['m1'], masterConfig: { file_roots: { base: [directory] } } })
  await cluster.acceptAll()
})
afterAll(async () => {
  await cluster?.close()
  removeTemporaryDirectory(directory)
  rmSync(target, { force: true })
})

test('the page has the module, the sls file and three commands', () => {
  expect([...blocks.keys()]).toEqual(['states/motd.mjs', 'greeting.sls'])
  expect(commands).toHaveLength(3)
})

test.each(commands)('$words: $result', async ({ words, result, comment }) => {
  const placed = words.map((word) => (word === '.' ? directory : word))
  const { stdout } = await cluster.run('salt-call', ...placed, '--out=json')
  const [one] = Object.values(JSON.parse(stdout).local) as [Record<string, unknown>]
  expect(one).toMatchObject({ result, comment: `${target} ${comment}` })
  expect(existsSync(target)).toBe(!placed.includes('test=True'))
})

describe('through a master', () => {
  test('it is there once it has been synchronised', async () => {
    const before = await cluster.run('salt', 'm1', 'state.apply', 'greeting', '--out=json')
    expect(before.code).toBe(1)
    expect(JSON.stringify(JSON.parse(before.stdout))).toContain("State 'motd.says' was not found")
    const synced = await cluster.run('salt', 'm1', 'saltutil.sync_states', '--out=json')
    expect(JSON.parse(synced.stdout)).toEqual({ m1: ['states.motd'] })
    const after = await cluster.run('salt', 'm1', 'state.apply', 'greeting', '--out=json')
    expect(JSON.stringify(JSON.parse(after.stdout))).toContain('says so already')
    expect(after.code).toBe(0)
  })

  test('its documentation is what it declares, and a wrong argument is named', async () => {
    const doc = await cluster.run('salt', 'm1', 'sys.state_doc', 'motd.says')
    expect(doc.stdout).toContain('Make the message this text.')
    const wrong = await cluster.run('salt', 'm1', 'state.single', 'motd.says', target, 'txt=x')
    expect(wrong.stdout).toContain('Missing parameter text for state motd.says')
    expect(wrong.code).toBe(1)
  })
})
