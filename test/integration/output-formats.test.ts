// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@halite/core'
import { type ProcessCluster, startProcesses } from '@halite/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/* What a program parses must parse, whatever options stand beside --out and whatever becomes of the job. */

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({
    minions: ['m1', 'm2', 'down'],
    masterConfig: {
      gather_job_timeout: 1,
      timeout: 2,
      reactor: [],
      ext_pillar: [],
      'mysql.host': 'db',
      win_repo_mastercachefile: 'winrepo.p',
      include: ['nothing/*.conf'],
    },
  })
  await cluster.acceptAll()
  await cluster.minion('down').stop()
})
afterAll(() => cluster?.close())

const cases: Readonly<Record<string, readonly string[]>> = {
  'all return': ['m[12]', 'test.ping'],
  'one is down': ['*', 'test.ping'],
  'one fails': ['m[12]', 'cmd.run', 'test $(hostname) = nobody'],
  'unknown function': ['*', 'test.no_such'],
  'nobody matches': ['nope*', 'test.ping'],
  'an id that nobody has': ['-L', 'm1,never', 'test.ping'],
  'several lines': ['m1', 'test.echo', 'one: 1\n- two'],
}

const extras: readonly (readonly string[])[] = [
  ['-v'],
  ['--show-jid'],
  ['--summary'],
  ['--static'],
  ['--async'],
  ['-b', '1'],
  ['-b', '100%', '--failhard'],
  ['--show-timeout'],
  ['--hide-timeout'],
  ['--preview-target'],
  ['--batch-safe-limit=1'],
  ['--metadata={a: 1}'],
  ['-l', 'info'],
  ['-l', 'debug'],
  ['--force-color'],
  ['--out-indent=2'],
  ['--progress'],
]

/** JSON documents that stand one behind the other. */
function jsonDocuments(text: string): unknown[] {
  return text
    .split(/(?<=^[}\]])\n(?=[{[])|(?<=\})\n(?=\{"?)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part) as unknown)
}

const keyOfTxt = /^(?:m1|m2|down|never|jid): /
const readers: Readonly<Record<string, (text: string) => void>> = {
  json: (text) => expect(jsonDocuments(text).length).toBeGreaterThan(0),
  yaml: (text) => expect(parseYaml(text, 'stdout')).not.toBeUndefined(),
  raw: (text) => {
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(?:\{.*\}|\[.*\])$/)
  },
  pprint: (text) => {
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(?:[{[]| )/)
  },
  txt: (text) => {
    if (text.startsWith('[')) return
    for (const line of text.split('\n').slice(0, -1)) expect(line).toMatch(keyOfTxt)
  },
  quiet: (text) => expect(text).toBe(''),
}

async function isReadable(out: string, words: readonly string[]): Promise<void> {
  const { stdout, stderr } = await cluster.run('salt', ...words, `--out=${out}`)
  try {
    ;(readers[out] as (text: string) => void)(stdout)
  } catch (error) {
    throw new Error(`salt ${words.join(' ')} --out=${out}\n${stdout}\n--- stderr\n${stderr}`, {
      cause: error,
    })
  }
}

describe('standard output holds the format alone', () => {
  test.each(Object.entries(cases))('%s', async (_name, words) => {
    for (const out of Object.keys(readers)) await isReadable(out, words)
  })

  test('with any options beside it', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(readers)),
        fc.constantFrom(...Object.values(cases)),
        fc.subarray([...extras], { maxLength: 4 }),
        (out, words, more) => isReadable(out, [...more.flat(), ...words]),
      ),
      { numRuns: 50, seed: 25154, endOnFailure: true },
    )
  })
})

describe('the reason of each minion that did not return', () => {
  test.each([[], ['--static'], ['-b', '2'], ['-b', '2', '--static']])(
    'is in the JSON: %s',
    async (...how) => {
      const { stdout, code } = await cluster.run('salt', '*', 'test.ping', '--out=json', ...how)
      const all = Object.assign({}, ...(jsonDocuments(stdout) as object[])) as Record<string, unknown>
      expect(all['m1']).toBe(true)
      expect(all['down']).toMatch(/^Minion did not return\. \[Not connected\]\n.*stopped/)
      expect(code).toBe(1)
    },
  )
})

describe('-l quiet', () => {
  test.each(Object.entries(cases))('prints nothing but results: %s', async (_name, words) => {
    const { stderr } = await cluster.run('salt', '-l', 'quiet', '--out=json', ...words)
    expect(stderr).toBe('')
  })
})

describe('what the configuration holds in vain, or by an old name', () => {
  test('is no news to a command', async () => {
    for (const tool of [
      ['salt', 'm1', 'test.ping'],
      ['salt-key', '-L'],
      ['salt-run', 'jobs.active'],
    ]) {
      expect((await cluster.run(...(tool as [string]))).stderr).toBe('')
    }
  })

  test('is named at -l info', async () => {
    const { stderr } = await cluster.run('salt', '-l', 'info', 'm1', 'test.ping')
    expect(stderr).toMatch(/'reactor' is an option of Salt that is not used/)
    expect(stderr).toMatch(/'mysql\.host' is an option of Salt that is not used/)
    expect(stderr).toMatch(/'win_repo_mastercachefile' is deprecated: write 'winrepo_cachefile'/)
    expect(stderr).toMatch(/'include' names nothing\/\*\.conf, which matches no file/)
  })
})
