// SPDX-License-Identifier: Apache-2.0
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: [] })
})
afterAll(() => cluster.close())

const begin = (...words: string[]) => cluster.run('salt-run', '--async', ...words)

test('salt-run --async prints the job id and nothing of the return', async () => {
  const { code, stdout } = await begin('jobs.list_jobs')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Executed command with job ID: \d{20}\n$/)])
})

test('for a program the job id is a document', async () => {
  const { code, stdout } = await begin('--out=json', 'jobs.list_jobs')
  expect([code, JSON.parse(stdout)]).toEqual([0, { jid: expect.stringMatching(/^\d{20}$/) }])
})

test('a runner that does not exist is refused', async () => {
  expect(await begin('no.such')).toMatchObject({ code: 1, stdout: "'no.such' is not available.\n" })
})
