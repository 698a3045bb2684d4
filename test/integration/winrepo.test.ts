// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunnerClient } from '@halite/client'
import { unpack } from '@halite/core'
import { removeTemporaryDirectory, startCluster, temporaryDirectory } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

/* The Windows Software Repository of a master: remotes of git, and the file of compiled definitions. */

let directory: string
let cluster: Awaited<ReturnType<typeof startCluster>>
let runner: RunnerClient

beforeAll(async () => {
  directory = temporaryDirectory('winrepo')
  const origin = join(directory, 'origin')
  mkdirSync(join(origin, 'firefox'), { recursive: true })
  writeFileSync(join(origin, 'bad.sls'), 'bad: [')
  writeFileSync(
    join(origin, 'firefox/init.sls'),
    "firefox:\n  '{{ '17.0' ~ '.1' }}':\n    full_name: Mozilla Firefox 17.0.1 (x86 en-US)\n",
  )
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', origin, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args])
  git('init', '--quiet', '--initial-branch=master')
  git('add', '--all')
  git('commit', '--quiet', '--message=test')
  cluster = await startCluster({
    minions: [],
    master: {
      winrepo_dir: join(directory, 'repo'),
      winrepo_dir_ng: join(directory, 'repo-ng'),
      winrepo_remotes: [origin],
      winrepo_remotes_ng: [],
    },
  })
  runner = new RunnerClient({ options: cluster.masterOptions })
})
afterAll(async () => {
  await runner?.close()
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

test('salt-run winrepo.update_git_repos, then winrepo.genrepo', async () => {
  const origin = join(directory, 'origin')
  expect(await runner.cmd('winrepo.update_git_repos')).toEqual({ [origin]: join(directory, 'repo/origin/_') })
  const compiled = {
    repo: { firefox: { '17.0.1': { full_name: 'Mozilla Firefox 17.0.1 (x86 en-US)' } } },
    name_map: { 'Mozilla Firefox 17.0.1 (x86 en-US)': 'firefox' },
  }
  expect(await runner.cmd('winrepo.genrepo')).toEqual(compiled)
  expect(unpack(readFileSync(join(directory, 'repo/winrepo.p')))).toEqual(compiled)
})
