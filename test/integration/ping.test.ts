// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, rawPublicKey } from '@halite/core'
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ids = ['web1', 'web2', 'db1']
const fingerprintForm = /^[0-9a-f]{2}(:[0-9a-f]{2}){31}$/

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: ids })
})
afterAll(() => cluster?.close())

/** Returns come in any order: the blocks of a text, each beginning with a line that is not indented, sorted. */
function blocks(stdout: string): string[] {
  return stdout.split(/^(?=\S)/m).sort()
}

/** The fingerprint as the minion's own public key gives it. */
function ownFingerprint(id: string): string {
  const path = join(cluster.minionOptions(id).pki_dir, 'minion_ed25519.pub')
  return fingerprint(rawPublicKey(readFileSync(path, 'utf8'), path))
}

function pong(...from: string[]): string[] {
  return from.map((id) => `${id}:\n    True\n`).sort()
}

describe('three new minions', () => {
  test('wait with their fingerprints', async () => {
    await cluster.waitPending()
    const list = await cluster.run('salt-key', '-L')
    expect(list.stdout).toBe(
      'Accepted Keys:\nDenied Keys:\nUnaccepted Keys:\ndb1\nweb1\nweb2\nRejected Keys:\n',
    )
    const { stdout } = await cluster.run('salt-key', '-F', '--out', 'json')
    const { local, minions_pre } = JSON.parse(stdout)
    expect(local['master.pub']).toMatch(fingerprintForm)
    expect(minions_pre).toEqual(Object.fromEntries(ids.map((id) => [id, ownFingerprint(id)])))
  })

  test('get nothing before they are accepted', async () => {
    const { code, stdout, stderr } = await cluster.run('salt', '*', 'test.ping')
    expect(code).toBe(2)
    expect(stdout).toBe('No minions matched the target. No command was sent, no jid was assigned.\n')
    expect(stderr).toBe('ERROR: No return received\n')
  })

  test('are accepted at once', async () => {
    const { code, stdout } = await cluster.run('salt-key', '-y', '-A')
    expect(code).toBe(0)
    expect(stdout).toBe(
      [
        'The following keys are going to be accepted:',
        'Unaccepted Keys:',
        'db1',
        'web1',
        'web2',
        'Key for minion db1 accepted.',
        'Key for minion web1 accepted.',
        'Key for minion web2 accepted.',
        '',
      ].join('\n'),
    )
    await cluster.waitConnected(ids, 2000)
  })
})

describe('targets', () => {
  test.each([
    ['all', ['*'], ids],
    ['a glob', ['web*'], ['web1', 'web2']],
    ['one id', ['db1'], ['db1']],
    ['a list', ['-L', 'web1,db1'], ['web1', 'db1']],
    ['a list with blanks', ['-L', 'web1 db1'], ['web1', 'db1']],
    ['a grain', ['-G', 'id:web2'], ['web2']],
    ['a regular expression', ['-E', 'web[0-9]|db.*'], ids],
    ['a compound', ['-C', 'web* and not E@web2 or L@db1'], ['web1', 'db1']],
    ['grains in a compound', ['-C', 'G@kernel:* and not web*'], ['db1']],
  ])('%s', async (_name, target, expected) => {
    const { code, stdout, stderr } = await cluster.run('salt', ...target, 'test.ping')
    expect(blocks(stdout)).toEqual(pong(...expected))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('nobody: exit code 2, and no job', async () => {
    const { code, stdout, stderr } = await cluster.run('salt', 'nope*', 'test.ping')
    expect(code).toBe(2)
    expect(stdout).toBe('No minions matched the target. No command was sent, no jid was assigned.\n')
    expect(stderr).toBe('ERROR: No return received\n')
  })

  test('nobody, since a list was given without -L: the option is named', async () => {
    const { code, stderr } = await cluster.run('salt', 'web1,db1', 'test.ping')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "ERROR: No return received\n'web1,db1' was read as one glob; -L makes it a list of ids.\n",
    })
  })

  test('an id in a list that nobody has is told and is no success', async () => {
    const { code, stdout } = await cluster.run(
      'salt',
      '-L',
      'web1,web9',
      'test.ping',
      '--static',
      '--out=json',
    )
    const returns = JSON.parse(stdout)
    expect(returns.web1).toBe(true)
    expect(returns.web9).toMatch(/^Minion did not return\. \[No response\]\nNo accepted key under this id\./)
    expect(code).toBe(1)
  })
})

describe('output', () => {
  test('json, one document a minion', async () => {
    const { stdout } = await cluster.run('salt', 'web1', 'test.echo', 'hello world', '--out=json')
    expect(stdout).toBe('{\n    "web1": "hello world"\n}\n')
  })

  test('json, one document with --static', async () => {
    const { stdout } = await cluster.run('salt', '*', 'test.ping', '--out', 'json', '--static')
    expect(JSON.parse(stdout)).toEqual({ web1: true, web2: true, db1: true })
  })

  test.each([
    ['yaml', ['db1: true', 'web1: true', 'web2: true']],
    ['txt', ['db1: True', 'web1: True', 'web2: True']],
    ['raw', ["{'db1': True}", "{'web1': True}", "{'web2': True}"]],
  ])('%s', async (out, lines) => {
    const { stdout } = await cluster.run('salt', '*', 'test.ping', `--out=${out}`)
    expect(stdout.trimEnd().split('\n').sort()).toEqual(lines)
  })

  test('a map as nested text', async () => {
    const { stdout } = await cluster.run('salt', 'db1', 'grains.item', 'id', 'kernel')
    const kernel =
      process.platform === 'linux' ? 'Linux' : process.platform === 'darwin' ? 'Darwin' : 'Windows'
    expect(stdout).toBe(`db1:\n    ----------\n    id:\n        db1\n    kernel:\n        ${kernel}\n`)
  })
})

describe('exit codes', () => {
  test('False is a value: 0', async () => {
    const { code, stdout } = await cluster.run('salt', 'db1', 'test.false')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'db1:\n    False\n' })
  })

  test('a return code of one minion makes 1', async () => {
    const { code, stdout, stderr } = await cluster.run('salt', 'db1', 'cmd.run', 'echo out; exit 3')
    expect(stdout).toBe('db1:\n    out\n')
    expect(stderr).toBe('ERROR: Minions returned with non-zero exit code\n')
    expect(code).toBe(1)
  })

  test('a function that does not exist makes 1', async () => {
    const { code, stdout } = await cluster.run('salt', 'db1', 'no.such')
    expect({ code, stdout }).toEqual({ code: 1, stdout: "db1:\n    'no.such' is not available.\n" })
  })

  test('no arguments at all is a usage error', async () => {
    const { code, stderr } = await cluster.run('salt')
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/target/)
  })
})

describe('without waiting', () => {
  test('--async prints the jid, and the return is found under it', async () => {
    const { code, stdout } = await cluster.run('salt', 'web1', 'test.echo', 'kept', '--async')
    expect(code).toBe(0)
    const [, jid = ''] = /^Executed command with job ID: (\d{20})\n$/.exec(stdout) ?? []
    const lookUp = () => cluster.run('salt-run', 'jobs.lookup_jid', jid, '--out', 'json')
    await expect
      .poll(async () => JSON.parse((await lookUp()).stdout), { timeout: 5000, interval: 100 })
      .toEqual({ web1: 'kept' })
  })

  test('-v tells the jid first', async () => {
    const { stdout } = await cluster.run('salt', 'web1', 'test.ping', '-v')
    expect(stdout).toMatch(/^Executing job with jid \d{20}\n-{43}\n\nweb1:\n {4}True\n$/)
  })
})

describe('salt-call', () => {
  test('--local asks nobody', async () => {
    const { code, stdout } = await cluster.run('salt-call', '--local', 'test.ping')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'local:\n    True\n' })
  })

  test('with a master tells it, and leaves the daemon its session', async () => {
    const { code, stdout } = await cluster.run('salt-call', 'test.echo', 'from the minion')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'local:\n    from the minion\n' })
    const { stdout: jobs } = await cluster.run('salt-run', 'jobs.list_jobs', '--out', 'json')
    const told = Object.values<Record<string, unknown>>(JSON.parse(jobs)).filter(
      (job) => job['User'] === 'salt-call',
    )
    expect(told).toMatchObject([{ Function: 'test.echo', Arguments: ['from the minion'], Target: 'web1' }])
    expect(blocks((await cluster.run('salt', '*', 'test.ping')).stdout)).toEqual(pong(...ids))
  })

  test('--retcode-passthrough', async () => {
    const { code } = await cluster.run('salt-call', '--local', '--retcode-passthrough', 'cmd.run', 'exit 3')
    expect(code).toBe(3)
  })
})

describe('a minion that was killed', () => {
  beforeAll(async () => {
    cluster.minion('web2').kill('SIGKILL')
    await cluster.minion('web2').exited
  })

  test('-t 3 answers in time, names it with the reason, and ends with 1', async () => {
    const { code, stdout, stderr, ms } = await cluster.run('salt', '*', 'test.ping', '-t', '3')
    expect(ms).toBeLessThan(4500)
    expect(code).toBe(1)
    expect(stderr).toBe('ERROR: Minions returned with non-zero exit code\n')
    expect(stdout).toContain('web1:\n    True\n')
    expect(stdout).toMatch(
      /^web2:\n {4}Minion did not return\. \[(No response|Not connected)\]\n {4}\S.*\.$/m,
    )
  })

  test('once it is known to be gone nobody waits for it', { timeout: 40_000 }, async () => {
    const gone = async () => (await cluster.run('salt-run', 'manage.down', '--out', 'json')).stdout
    await expect.poll(gone, { timeout: 10_000 }).toContain('web2')
    await expect
      .poll(async () => (await cluster.run('salt', '*', 'test.ping', '-t', '20')).ms, { timeout: 60_000 })
      .toBeLessThan(3000)
    const { stdout, code } = await cluster.run('salt', '*', 'test.ping', '-t', '20', '--static', '--out=json')
    expect(JSON.parse(stdout).web2).toMatch(
      /^Minion did not return\. \[Not connected\]\nThe connection was lost, last seen \d+ s ago\.$/,
    )
    expect(code).toBe(1)
  })

  test('--hide-timeout leaves it out of the output, not out of the verdict', async () => {
    const { stdout, code, stderr } = await cluster.run('salt', '*', 'test.ping', '-t', '2', '--hide-timeout')
    expect(blocks(stdout)).toEqual(pong('web1', 'db1'))
    expect(code).toBe(1)
    expect(stderr).toBe('ERROR: 1 of 3 minions did not return\n')
  })

  test('comes back when it is started again', async () => {
    await cluster.minion('web2').start()
    await cluster.waitConnected()
    expect(blocks((await cluster.run('salt', '*', 'test.ping')).stdout)).toEqual(pong(...ids))
  })
})

test('a minion that was stopped is known to be gone at once', async () => {
  await cluster.minion('web2').stop()
  const { stdout, code, ms } = await cluster.run('salt', 'web2', 'test.ping', '-t', '20')
  expect(ms).toBeLessThan(3000)
  expect(stdout).toMatch(
    /^web2:\n {4}Minion did not return\. \[Not connected\]\n {4}The minion was stopped, last seen \d+ s ago\.\n$/,
  )
  expect(code).toBe(1)
})

test('without a master the tools say so', async () => {
  await cluster.master.stop()
  const { code, stdout, stderr } = await cluster.run('salt', '*', 'test.ping')
  expect(stdout).toBe('')
  expect(stderr).toContain('Is salt-master running')
  expect(code).not.toBe(0)
})
