// SPDX-License-Identifier: Apache-2.0
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'], start: false })
})
afterAll(() => cluster?.close())

const waiting = 'Waiting for the master 127.0.0.1 (-t sets how long, --local does without).'
const hint = [
  'Is 127.0.0.1 the right master, and does it run?',
  '--local does without one; -t sets how many seconds to wait.',
].join(' ')

test.each([[[]], [['--out=json']], [['--out=json', '-l', 'error']]])(
  'salt-call says which master it waits for, and at the end what can be done: %j',
  async (options) => {
    const { code, stdout, stderr } = await cluster.run('salt-call', '-t', '5', ...options, 'test.ping')
    const [first, error, last] = stderr.split('\n')
    expect({ code, stdout, first, last }).toEqual({ code: 69, stdout: '', first: waiting, last: hint })
    expect(error).toMatch(
      /^\[ERROR {3}\] tcp:\/\/127\.0\.0\.1:\d+ did not answer the handshake within (4\.\d|5) s$/,
    )
  },
)

test('with -l quiet nothing but the error is said', async () => {
  const { code, stdout, stderr } = await cluster.run('salt-call', '-t', '5', '-l', 'quiet', 'test.ping')
  expect({ code, stdout }).toEqual({ code: 69, stdout: '' })
  expect(stderr).toMatch(/^\[ERROR {3}\] tcp:.* within (4\.\d|5) s\n/)
  expect(stderr).not.toContain(waiting)
})

test('a wait of a moment is silent', async () => {
  const { code, stderr } = await cluster.run('salt-call', '-t', '1', 'test.ping')
  expect(code).toBe(69)
  expect(stderr).not.toContain(waiting)
  expect(stderr).toContain(hint)
})

test('--local waits for nobody', async () => {
  const { code, stdout, stderr } = await cluster.run('salt-call', '--local', 'test.ping', '--out=json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({ local: true })
})
