// SPDX-License-Identifier: Apache-2.0
import { findProgram, isAlive } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { parseShells } from '../../../src/execution/cmd/shells.ts'
import { callCmd, callFromModule, kw } from './call.ts'

const both = 'echo out; echo err >&2; exit 3'

describe('cmd.shell', () => {
  test.each([
    { words: {}, output: 'a' },
    { words: { python_shell: true }, output: 'a' },
    { words: { python_shell: false }, output: 'a | cat' },
  ])('reads the line through a shell unless told otherwise: $words', async ({ words, output }) => {
    expect(await callCmd('shell', ['echo a | cat', kw(words)])).toMatchObject({ return: output, retcode: 0 })
  })
})

describe('parts of the outcome', () => {
  test('run_stdout, run_stderr and retcode keep the streams apart', async () => {
    expect(await callCmd('run_stdout', [both])).toMatchObject({ return: 'out', retcode: 3 })
    expect(await callCmd('run_stderr', [both])).toMatchObject({ return: 'err', retcode: 3 })
    expect(await callCmd('retcode', [both])).toMatchObject({ return: 3, retcode: 3 })
    expect(await callCmd('retcode', ['true'])).toMatchObject({ return: 0, retcode: 0 })
  })

  test('run_all returns all of them', async () => {
    const result = await callCmd('run_all', [both])
    expect(result).toMatchObject({
      return: { pid: expect.any(Number), retcode: 3, stdout: 'out', stderr: 'err' },
      retcode: 3,
    })
    const merged = await callCmd('run_all', [both, kw({ redirect_stderr: true })])
    expect(merged.return).toMatchObject({ stdout: 'out\nerr', stderr: '' })
    const hidden = await callCmd('run_all', [both, kw({ hide_output: true })])
    expect(hidden.return).toMatchObject({ retcode: 3, stdout: '', stderr: '' })
  })

  test('the pid is that of the command, below umask too', async () => {
    const { return: all } = await callCmd('run_all', ['echo $$', kw({ umask: '022' })])
    const { pid, stdout } = all as { pid: number; stdout: string }
    expect(stdout).toBe(String(pid))
  })

  test('shell always has a shell', async () => {
    expect(await callFromModule('shell', { cmd: 'echo a; echo b >&2' })).toBe('a\nb')
  })
})

test('run_bg returns the pid of a process that lives on', async () => {
  const { return: started } = await callCmd('run_bg', ['exec sleep 30'])
  const { pid } = started as { pid: number }
  expect(isAlive(pid)).toBe(true)
  process.kill(pid, 'SIGKILL')
})

describe('exec_code', () => {
  test('runs code in a language, with arguments', async () => {
    const code = 'echo "$1-$2"; echo err >&2; exit 3'
    const arg = ['sh', code, kw({ args: ['a b', 'c'] })]
    expect(await callCmd('exec_code', arg)).toMatchObject({ return: 'a b-c', retcode: 3 })
    const all = await callCmd('exec_code_all', arg)
    expect(all.return).toMatchObject({ retcode: 3, stdout: 'a b-c', stderr: 'err' })
  })

  test('leaves no file behind', async () => {
    const { return: file } = await callCmd('exec_code', ['sh', 'echo $0'])
    expect(file).toMatch(/code$/)
    expect(await callCmd('retcode', [`test -e ${file}`])).toMatchObject({ return: 1 })
  })
})

describe('programs and shells', () => {
  test('which, which_bin and has_exec', async () => {
    expect(await callCmd('which', ['sh'])).toMatchObject({ return: findProgram('sh') })
    expect(await callCmd('which', ['/bin/sh'])).toMatchObject({ return: '/bin/sh' })
    expect(await callCmd('which', ['no-such-program'])).toMatchObject({ return: null, retcode: 0 })
    expect(await callCmd('which_bin', [['no-such-program', 'sh']])).toMatchObject({
      return: findProgram('sh'),
    })
    expect(await callCmd('which_bin', ['no-such-program'])).toMatchObject({ return: null })
    expect(await callCmd('has_exec', ['sh'])).toMatchObject({ return: true })
    expect(await callCmd('has_exec', ['no-such-program'])).toMatchObject({ return: false, retcode: 0 })
  })

  test('shells', async () => {
    expect(parseShells('# valid\n\n/bin/sh\n  /bin/bash \n')).toEqual(['/bin/sh', '/bin/bash'])
    expect((await callCmd('shells', [])).return).toBeInstanceOf(Array)
  })
})
