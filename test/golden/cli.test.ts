// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ProcessCluster, startProcesses, type ToolResult, toolPath } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/*
 * What `salt` prints and how it exits, word for word. The texts are Salt 3007's, except where
 * docs/differences-from-salt.md says otherwise. Job ids stand as <jid>; minions return in any order, so the texts are
 * compared with what belongs to one minion sorted.
 */

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1', 'm2'], masterConfig: { gather_job_timeout: 3 } })
  await cluster.acceptAll()
})
afterAll(() => cluster?.close())

interface Shown {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function salt(...words: string[]): Promise<Shown> {
  const { code, stdout, stderr } = await cluster.run('salt', ...words)
  return { code, stdout: masked(stdout), stderr: masked(stderr) }
}

function masked(text: string): string {
  return text.replaceAll(/\d{20}/g, '<jid>').replaceAll(/last seen \d+ s ago/g, 'last seen <n> s ago')
}

/** The text with its blocks sorted: a line that is not indented begins one, an empty line too, a closing bracket not. */
function sorted(text: string): string {
  return text
    .split(/^(?=[^ }])/m)
    .sort()
    .join('')
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

const failed = 'ERROR: Minions returned with non-zero exit code\n'

interface Case {
  readonly words: readonly string[]
  readonly code?: number
  readonly stdout: readonly string[]
  readonly stderr?: string
}

const cases: Readonly<Record<string, Case>> = {
  'a ping of all': { words: ['*', 'test.ping'], stdout: ['m1:', '    True', 'm2:', '    True'] },
  'as txt': { words: ['*', 'test.ping', '--out=txt'], stdout: ['m1: True', 'm2: True'] },
  'as yaml': { words: ['*', 'test.ping', '--out=yaml'], stdout: ['m1: true', 'm2: true'] },
  'as raw': { words: ['*', 'test.ping', '--out=raw'], stdout: ["{'m1': True}", "{'m2': True}"] },
  'as json, one document a minion': {
    words: ['*', 'test.ping', '--out=json'],
    stdout: ['{', '    "m1": true', '}', '{', '    "m2": true', '}'],
  },
  'the jid first with --show-jid': {
    words: ['m1', 'test.ping', '--show-jid'],
    stdout: ['jid: <jid>', 'm1:', '    True'],
  },
  'the jid with --verbose': {
    words: ['m1', 'test.ping', '-v'],
    stdout: ['Executing job with jid <jid>', '-'.repeat(43), '', 'm1:', '    True'],
  },
  'the jid alone with --async': {
    words: ['*', 'test.ping', '--async'],
    stdout: ['Executed command with job ID: <jid>'],
  },
  'nobody': {
    words: ['nope*', 'test.ping'],
    code: 2,
    stdout: ['No minions matched the target. No command was sent, no jid was assigned.'],
    stderr: 'ERROR: No return received\n',
  },
  'nobody, in a batch': {
    words: ['nope*', 'test.ping', '-b', '1'],
    code: 2,
    stdout: ['No minions matched the target. No command was sent, no jid was assigned.'],
    stderr: 'ERROR: No return received\n',
  },
  'nobody has the function of a subset': {
    words: ['*', 'test.nosuch', '--subset', '1'],
    code: 2,
    stdout: ['No minions matched the target. No command was sent, no jid was assigned.'],
    stderr: 'ERROR: No return received\n',
  },
  'a summary': {
    words: ['*', 'test.ping', '--summary'],
    stdout: [
      'm1:',
      '    True',
      'm2:',
      '    True',
      '',
      '',
      '-------------------------------------------',
      'Summary',
      '-------------------------------------------',
      '# of minions targeted: 2',
      '# of minions returned: 2',
      '# of minions that did not return: 0',
      '# of minions with errors: 0',
      '-------------------------------------------',
    ],
  },
  'a summary with names': {
    words: ['m1', 'test.retcode', '3', '--summary', '-v'],
    code: 1,
    stdout: [
      'Executing job with jid <jid>',
      '-------------------------------------------',
      '',
      'm1:',
      '    True',
      '',
      '',
      '-------------------------------------------',
      'Summary',
      '-------------------------------------------',
      '# of minions targeted: 1',
      '# of minions returned: 1',
      '# of minions that did not return: 0',
      '# of minions with errors: 1',
      'Minions with failures: m1',
      '-------------------------------------------',
    ],
    stderr: failed,
  },
  'two functions': {
    words: ['m1', 'test.ping,cmd.run', ',echo hi', '--out=json'],
    stdout: ['{', '    "m1": {', '        "test.ping": true,', '        "cmd.run": "hi"', '    }', '}'],
  },
  'arguments': {
    words: ['m1', 'test.arg', '1', 'two', '[3,4]', '{a: 5}', 'kw=6'],
    stdout: [
      'm1:',
      '    ----------',
      '    args:',
      '        - 1',
      '        - two',
      '        |_',
      '          - 3',
      '          - 4',
      '        |_',
      '          ----------',
      '          a:',
      '              5',
      '    kwargs:',
      '        ----------',
      '        __pub_arg:',
      '            - 1',
      '            - two',
      '            |_',
      '              - 3',
      '              - 4',
      '            |_',
      '              ----------',
      '              a:',
      '                  5',
      '            |_',
      '              ----------',
      '              __kwarg__:',
      '                  True',
      '              kw:',
      '                  6',
      '        __pub_fun:',
      '            test.arg',
      '        __pub_jid:',
      '            <jid>',
      '        __pub_ret:',
      '        __pub_tgt:',
      '            m1',
      '        __pub_tgt_type:',
      '            glob',
      '        __pub_user:',
      '            <user>',
      '        kw:',
      '            6',
    ],
  },
  'arguments as Python writes them': {
    words: ['m1', 'test.arg_repr', '1', 'two', 'kw=6'],
    stdout: [
      'm1:',
      '    ----------',
      '    args:',
      "        (1, 'two')",
      '    kwargs:',
      "        {'kw': 6, '__pub_fun': 'test.arg_repr', '__pub_arg': [1, 'two', {'__kwarg__': True, 'kw': 6}], '__pub_tgt': 'm1', '__pub_jid': '<jid>', '__pub_ret': '', '__pub_tgt_type': 'glob', '__pub_user': '<user>'}",
    ],
  },
  'both streams of a command': {
    words: ['m1', 'cmd.run', 'echo out; echo err >&2'],
    stdout: ['m1:', '    out', '    err'],
  },
  'a command that fails': {
    words: ['*', 'cmd.run', 'exit 3'],
    code: 1,
    stdout: ['m1:', 'm2:'],
    stderr: failed,
  },
  'False is no failure': { words: ['m1', 'test.false'], stdout: ['m1:', '    False'] },
  'a module that does not exist': {
    words: ['*', 'no.such'],
    code: 1,
    stdout: ['m1:', "    'no.such' is not available.", 'm2:', "    'no.such' is not available."],
    stderr: failed,
  },
  'a function that does not exist': {
    words: ['m1', 'test.nosuch'],
    code: 1,
    stdout: ['m1:', "    'test.nosuch' is not available."],
    stderr: failed,
  },
  'a grain that is not there': { words: ['m1', 'grains.get', 'nope'], stdout: ['m1:'] },
  'jobs that run: none': { words: ['*', 'saltutil.running'], stdout: ['m1:', 'm2:'] },
  'metadata are no argument': {
    words: ['m1', 'test.arg', '--metadata', '{ticket: 7}', '--out=newline_values_only', '--async'],
    stdout: ['<jid>'],
    stderr: 'Executed command with job ID: <jid>\n',
  },
}

describe('salt prints', () => {
  test.each(Object.entries(cases))('%s', async (_what, { words, code = 0, stdout, stderr = '' }) => {
    const { user } = cluster.masterOptions
    const shown = await salt(...words)
    const withoutUser = shown.stdout.replaceAll(new RegExp(`(?<=')${user}(?=')|(?<=^ +)${user}$`, 'gm'), '<user>')
    expect(sorted(withoutUser)).toBe(sorted(text(stdout)))
    expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code, stderr })
  })

  test('one document of all with --static', async () => {
    const { code, stdout, stderr } = await salt('*', 'test.ping', '--static', '--out=json')
    expect(JSON.parse(stdout)).toEqual({ m1: true, m2: true })
    expect(stdout.split('\n')).toHaveLength(5)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('an exception with its text behind Salt’s words', async () => {
    const { code, stdout, stderr } = await salt('m1', 'test.exception', 'boom')
    expect(stdout).toMatch(/^m1:\n {4}The minion function caused an exception: .*boom/)
    expect({ code, stderr }).toEqual({ code: 1, stderr: failed })
  })

  test('a subset of the target', async () => {
    const { code, stdout } = await salt('*', 'test.ping', '--subset', '1')
    expect(stdout).toMatch(/^m[12]:\n {4}True\n$/)
    expect(code).toBe(0)
  })
})

describe('in a batch', () => {
  test('groups, and jid and retcode beside each return', async () => {
    const { code, stdout, stderr } = await salt('*', 'test.ping', '-b', '1')
    expect(stdout).toBe(
      text([
        '',
        "Executing run on ['m1']",
        '',
        'jid:',
        '    <jid>',
        'm1:',
        '    True',
        'retcode:',
        '    0',
        '',
        "Executing run on ['m2']",
        '',
        'jid:',
        '    <jid>',
        'm2:',
        '    True',
        'retcode:',
        '    0',
      ]),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('one group when all may run at a time', async () => {
    const { stdout } = await salt('*', 'test.ping', '--batch-size=100%')
    expect(stdout).toMatch(/^\nExecuting run on \['m1', 'm2'\]\n\njid:\n/)
    expect(stdout.match(/Executing/g)).toHaveLength(1)
  })

  test('as json: one document a minion, and nothing else on standard output', async () => {
    const { stdout, stderr } = await salt('m1', 'test.ping', '-b', '1', '--out=json', '--out-indent=-1')
    expect(stdout).toBe('{"retcode": 0, "jid": "<jid>", "m1": true}\n')
    expect(stderr).toBe("\nExecuting run on ['m1']\n\n")
  })

  test('nothing but the returns with --static', async () => {
    const { stdout } = await salt('*', 'test.ping', '-b', '1', '--static', '--out=json')
    expect(JSON.parse(stdout)).toEqual({ m1: true, m2: true })
  })

  test.each([[[]], [['-b', '1']], [['-b', '50%', '--static']]])('the same exit code: %j', async (batch) => {
    expect((await salt('*', 'test.retcode', '3', ...batch)).code).toBe(1)
    expect((await salt('*', 'test.ping', ...batch)).code).toBe(0)
  })

  test('--failhard stops at the first that fails, and says so', async () => {
    const { code, stdout, stderr } = await salt('*', 'test.retcode', '3', '-b', '1', '--failhard')
    expect(stdout.match(/Executing/g)).toHaveLength(1)
    expect(stderr).toBe(`Not run on: m2\n${failed}`)
    expect(code).toBe(1)
  })

  test('--batch-safe-limit begins one when the target is large', async () => {
    const { stdout } = await salt('*', 'test.ping', '--batch-safe-limit=2', '--batch-safe-size=1')
    expect(stdout).toMatch(
      /^\nNOTICE: Too many minions targeted, switching to batch execution\.\n\nExecuting run on \['m1'\]\n/,
    )
    expect((await salt('m1', 'test.ping', '--batch-safe-limit=2')).stdout).toBe('m1:\n    True\n')
  })

  test('a size that cannot be read is a usage error', async () => {
    const { code, stderr } = await salt('*', 'test.ping', '-b', 'many')
    expect(stderr).toContain(
      'salt: error: Invalid batch data sent: many\nData must be in the form of %10, 10% or 3\n',
    )
    expect(code).toBe(64)
  })

  test('--async prints the jid, and all returns are found under it', async () => {
    const { stdout } = await cluster.run('salt', '*', 'test.ping', '-b', '1', '--async')
    const jid = /\d{20}/.exec(stdout)?.[0] ?? ''
    const lookUp = async () =>
      JSON.parse((await cluster.run('salt-run', 'jobs.lookup_jid', jid, '--out=json')).stdout)
    await expect.poll(lookUp, { timeout: 10_000 }).toEqual({ m1: true, m2: true })
  })
})

test('Ctrl-C stops a batch, and tells the jid', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'signals')
  const words = ['-c', cluster.configDir('master'), '*', 'cmd.run', 'sleep 1', '-b', '1']
  const child = spawn(process.execPath, [toolPath('salt'), ...words])
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
    if (stdout.includes('Executing run on')) child.kill('SIGINT')
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const [code] = await once(child, 'close')
  expect(stdout).toBe("\nExecuting run on ['m1']\n\n")
  expect(masked(stderr)).toMatch(
    /^\nExiting gracefully on Ctrl-c\nThis job's jid is: <jid>\nThe minions may not have all finished/,
  )
  expect(stderr).toMatch(/\n\nsalt-run jobs\.lookup_jid \d{20}\n$/)
  expect(code).toBe(1)
})

test('metadata are found by jobs.list_jobs', async () => {
  const { stdout } = await cluster.run('salt', 'm1', 'test.ping', '--async', '--metadata', '{ticket: OPS-7}')
  const jid = /\d{20}/.exec(stdout)?.[0] ?? ''
  const { stdout: found } = await cluster.run(
    'salt-run',
    'jobs.list_jobs',
    'search_metadata={ticket: OPS-7}',
    '--out=json',
  )
  expect(JSON.parse(found)).toMatchObject({ [jid]: { Metadata: { ticket: 'OPS-7' } } })
})

test('--return says that there are no returners yet', async () => {
  const { code, stderr } = await salt('*', 'test.ping', '--return', 'redis')
  expect(stderr).toContain("salt: error: returns cannot go to 'redis': there are no returners yet\n")
  expect(code).toBe(64)
})

describe('with a minion that is down', () => {
  let gone: ToolResult

  beforeAll(async () => {
    await cluster.minion('m2').stop()
    gone = await cluster.run('salt', '*', 'test.ping')
  })

  const reason = 'The minion was stopped, last seen <n> s ago.'

  test('it is named with the reason', () => {
    expect(masked(gone.stdout)).toBe(
      text(['m1:', '    True', 'm2:', '    Minion did not return. [Not connected]', `    ${reason}`]),
    )
    expect([gone.code, gone.stderr]).toEqual([1, failed])
  })

  test('--summary -v counts and names it', async () => {
    const { stdout } = await salt('*', 'test.ping', '--summary', '-v')
    expect(stdout).toContain(
      text([
        '# of minions targeted: 2',
        '# of minions returned: 1',
        '# of minions that did not return: 1',
        '# of minions with errors: 0',
        'Minions not connected: m2',
        '-------------------------------------------',
      ]),
    )
  })

  test('a batch passes it over, with the same exit code', async () => {
    const { code, stdout, stderr } = await salt('*', 'test.ping', '-b', '1')
    expect(stdout).toContain(text(['Minion m2 did not respond. No job will be sent.', reason]))
    expect({ code, stderr }).toEqual({ code: 1, stderr: failed })
    const hidden = await salt('*', 'test.ping', '-b', '1', '--hide-timeout')
    expect(hidden.stdout).not.toContain('m2')
    expect(hidden.code).toBe(1)
    expect(hidden.stderr).toBe('ERROR: 1 of 2 minions did not return\n')
  })

  test('as txt and json', async () => {
    expect((await salt('*', 'test.ping', '--out=txt')).stdout).toBe(
      text(['m1: True', 'm2: Minion did not return. [Not connected]', `m2: ${reason}`]),
    )
    const { stdout } = await salt('*', 'test.ping', '--static', '--out=json')
    expect(JSON.parse(stdout)).toEqual({ m1: true, m2: `Minion did not return. [Not connected]\n${reason}` })
  })
})
