// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, generateIdentity, publicPemOf, rawPublicKey } from '@halite/core'
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

type State = 'minions' | 'minions_pre' | 'minions_rejected' | 'minions_denied'

const keyOf = new Map<string, Buffer>()

/** The public key of an id: made once, the same in every test. */
function keyFor(id: string): Buffer {
  const known = keyOf.get(id)
  if (known !== undefined) return known
  const raw = rawPublicKey(generateIdentity().publicPem, id)
  keyOf.set(id, raw)
  return raw
}

describe.each([
  ['with a running master', true],
  ['without a master, in its files', false],
])('salt-key %s', (_name, runs) => {
  let cluster: ProcessCluster

  beforeAll(async () => {
    cluster = await startProcesses({ minions: [], start: runs })
  })
  afterAll(() => cluster?.close())

  /** Puts keys into the tree as minions would have. */
  function put(state: State, ...ids: string[]): void {
    const directory = join(cluster.masterOptions.pki_dir, state)
    mkdirSync(directory, { recursive: true })
    for (const id of ids) writeFileSync(join(directory, id), publicPemOf(keyFor(id)))
  }

  /** Takes away every key there is. The directories stay, for a master may hold them. */
  function empty(): void {
    for (const state of ['minions', 'minions_pre', 'minions_rejected', 'minions_denied'] as const) {
      const directory = join(cluster.masterOptions.pki_dir, state)
      const names = existsSync(directory) ? readdirSync(directory) : []
      for (const name of names) rmSync(join(directory, name))
    }
  }

  function key(...args: string[]) {
    return cluster.run('salt-key', ...args)
  }

  beforeEach(() => {
    empty()
    put('minions', 'm1', 'm2')
    put('minions_pre', 'new1', 'new2', 'new3')
    put('minions_rejected', 'bad1')
    put('minions_denied', 'm2')
  })

  test('--preserve-minions takes a word, as in Salt', async () => {
    const { stdout, code } = await key('-y', '-d', 'm1', '--preserve-minions', 'True')
    expect([code, stdout]).toEqual([0, expect.stringContaining('Key for minion m1 deleted.')])
    expect((await key('-y', '-d', 'm2', '--preserve-minions', 'maybe')).code).toBe(64)
    expect((await key('-L', '--out=json')).stdout).toContain('"m2"')
  })

  test('an id that reads as a list, a glob or an option is shown escaped and deleted alone', async () => {
    put('minions_pre', 'x,m1', 'm*', '-y', 'm1\u200b')
    expect((await key('-L')).stdout).toContain('\\x2dy\nm1\\u200b\nm\\x2a\nnew1\nnew2\nnew3\nx\\x2cm1\n')
    for (const name of ['x,m1', 'm*', '\\x2dy', 'm1\\u200b']) {
      const { stdout, code } = await key('-y', '-d', name)
      expect([code, stdout.split('\n').filter((line) => line.startsWith('Key for'))]).toEqual([
        0,
        [expect.stringMatching(/^Key for minion .*\\.* deleted\.$/)],
      ])
    }
    expect((await key('-L', '--out=json')).stdout).toMatch(/"m1",\s*"m2"/)
    expect(readdirSync(join(cluster.masterOptions.pki_dir, 'minions_pre')).sort()).toEqual([
      'new1',
      'new2',
      'new3',
    ])
    expect(readdirSync(join(cluster.masterOptions.pki_dir, 'minions')).sort()).toEqual(['m1', 'm2'])
  })

  test.each([[[]], [['-L']], [['--list-all']], [['-l', 'all']]])('lists everything: %j', async (args) => {
    const { code, stdout, stderr } = await key(...args)
    expect(stdout).toBe(
      [
        'Accepted Keys:',
        'm1',
        'm2',
        'Denied Keys:',
        'm2',
        'Unaccepted Keys:',
        'new1',
        'new2',
        'new3',
        'Rejected Keys:',
        'bad1',
        '',
      ].join('\n'),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('-L --out json has the order and the empty lists of Salt', async () => {
    await key('-y', '-d', 'bad1')
    expect((await key('-L', '--out', 'json')).stdout).toBe(
      [
        '{',
        '    "minions": [',
        '        "m1",',
        '        "m2"',
        '    ],',
        '    "minions_pre": [',
        '        "new1",',
        '        "new2",',
        '        "new3"',
        '    ],',
        '    "minions_rejected": [],',
        '    "minions_denied": [',
        '        "m2"',
        '    ]',
        '}',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['acc', 'Accepted Keys:\nm1\nm2\n'],
    ['accepted', 'Accepted Keys:\nm1\nm2\n'],
    ['pre', 'Unaccepted Keys:\nnew1\nnew2\nnew3\n'],
    ['un', 'Unaccepted Keys:\nnew1\nnew2\nnew3\n'],
    ['rej', 'Rejected Keys:\nbad1\n'],
    ['den', 'Denied Keys:\nm2\n'],
  ])('-l %s', async (state, expected) => {
    expect((await key('-l', state)).stdout).toBe(expected)
  })

  test('-l with a state that does not exist is a usage error', async () => {
    const { code, stderr } = await key('-l', 'nonsense')
    expect(code).not.toBe(0)
    expect(stderr).toContain("there is no key state 'nonsense'")
  })

  test('-a accepts one', async () => {
    const { code, stdout } = await key('-y', '-a', 'new1')
    expect(stdout).toBe(
      [
        'The following keys are going to be accepted:',
        'Unaccepted Keys:',
        'new1',
        'Key for minion new1 accepted.',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
    expect(cluster.keys('minions')).toEqual(['m1', 'm2', 'new1'])
    expect(cluster.keys('minions_pre')).toEqual(['new2', 'new3'])
  })

  test.each([
    ['one that is accepted already', ['-a', 'm1'], "The key glob 'm1' does not match any unaccepted keys.\n"],
    ['one that nobody has', ['-a', 'nope'], "The key glob 'nope' does not match any unaccepted keys.\n"],
    ['rejecting nobody', ['-r', 'nope*'], "The key glob 'nope*' does not match any unaccepted keys.\n"],
  ])('no match: %s', async (_what, args, text) => {
    const { code, stdout } = await key('-y', ...args)
    expect({ code, stdout }).toEqual({ code: 0, stdout: text })
  })

  test('globs and -A', async () => {
    await key('-y', '-a', 'new[12]')
    expect(cluster.keys('minions_pre')).toEqual(['new3'])
    await key('-y', '-A')
    expect(cluster.keys('minions')).toEqual(['m1', 'm2', 'new1', 'new2', 'new3'])
  })

  test('-r, -R and --include-accepted', async () => {
    const { stdout } = await key('-y', '-r', 'new1')
    expect(stdout).toBe(
      [
        'The following keys are going to be rejected:',
        'Unaccepted Keys:',
        'new1',
        'Key for minion new1 rejected.',
        '',
      ].join('\n'),
    )
    await key('-y', '-r', 'm1', '--include-accepted')
    await key('-y', '-R')
    expect(cluster.keys('minions_rejected')).toEqual(['bad1', 'm1', 'new1', 'new2', 'new3'])
    expect(cluster.keys('minions')).toEqual(['m2'])
  })

  test('-a takes a rejected key only when told so', async () => {
    expect((await key('-y', '-a', 'bad1')).stdout).toContain('does not match any unaccepted keys')
    await key('-y', '-a', 'bad1', '--include-rejected')
    expect(cluster.keys('minions')).toContain('bad1')
  })

  test('-d and -D', async () => {
    const { stdout } = await key('-y', '-d', 'm1')
    expect(stdout).toBe(
      [
        'The following keys are going to be deleted:',
        'Accepted Keys:',
        'm1',
        'Key for minion m1 deleted.',
        '',
      ].join('\n'),
    )
    expect(cluster.keys('minions')).toEqual(['m2'])
    await key('-y', '-D')
    expect((await key('-L')).stdout).toBe('Accepted Keys:\nDenied Keys:\nUnaccepted Keys:\nRejected Keys:\n')
  })

  test('-f and -F show fingerprints', async () => {
    expect((await key('-f', 'm1')).stdout).toBe(`Accepted Keys:\nm1:  ${fingerprint(keyFor('m1'))}\n`)
    const { stdout } = await key('-F', '--out', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      local: { 'master.pub': expect.stringMatching(/^([0-9a-f]{2}:){31}[0-9a-f]{2}$/) },
      minions: { m1: fingerprint(keyFor('m1')), m2: fingerprint(keyFor('m2')) },
      minions_rejected: { bad1: fingerprint(keyFor('bad1')) },
    })
  })

  test('-p prints public keys', async () => {
    const { stdout } = await key('-p', 'm1')
    expect(stdout.replaceAll(/^ +/gm, '')).toContain(publicPemOf(keyFor('m1')).trimEnd())
    expect(JSON.parse((await key('-p', 'm1', '--out', 'json')).stdout)).toEqual({
      minions: { m1: publicPemOf(keyFor('m1')) },
    })
  })

  describe('asks before it changes anything', () => {
    test.each([
      ['-a', 'y\n', 'n/Y', true],
      ['-a', '\n', 'n/Y', true],
      ['-a', 'n\n', 'n/Y', false],
      ['-a', '', 'n/Y', false],
      ['-d', 'y\n', 'N/y', true],
      ['-d', '\n', 'N/y', false],
    ])('%s answered with %j', async (action, stdin, choices, agreed) => {
      const { code, stdout } = await cluster.runWith({ stdin }, 'salt-key', action, 'new1')
      expect(code).toBe(0)
      expect(stdout).toContain(`Proceed? [${choices}] `)
      expect(stdout.includes('Key for minion new1')).toBe(agreed)
      expect(cluster.keys('minions_pre').includes('new1')).toBe(!agreed)
    })
  })
})
