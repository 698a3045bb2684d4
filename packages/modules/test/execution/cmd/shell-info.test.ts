// SPDX-License-Identifier: Apache-2.0
import { parseMinionId, type RunResult, silentLog } from '@halite/core'
import { createContext, Registry, runFunction, thisMachine } from '@halite/loader'
import { describe, expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

function ask(shell: string, answer: (Partial<Omit<RunResult, 'stdout'>> & { stdout?: string }) | Error) {
  const asked: (readonly string[])[] = []
  const context = createContext({
    registry: new Registry(manifest),
    id: parseMinionId('m1'),
    options: {},
    grains: {},
    pillar: {},
    log: silentLog,
    machine: {
      ...thisMachine,
      run: async (argv) => {
        asked.push(argv)
        if (answer instanceof Error) throw answer
        const { stdout = '', ...others } = answer
        const none = { pid: 1, retcode: 0, stderr: Buffer.alloc(0), timedOut: false, truncated: false }
        return { ...none, ...others, stdout: Buffer.from(stdout) }
      },
    },
  })
  const result = runFunction(new Registry(manifest), context, { fun: 'cmd.shell_info', arg: [shell] })
  return result.then(({ return: value }) => ({ value, asked }))
}

describe('a version is found', () => {
  test.each([
    [
      'bash',
      ['bash', '--version'],
      'GNU bash, version 5.2.15(1)-release (x86_64)\n',
      '5.2.15',
      '5.2.15(1)-release',
    ],
    ['zsh', ['zsh', '--version'], 'zsh 5.9 (x86_64-debian-linux-gnu)\n', '5.9', '5.9'],
    ['php', ['php', '-v'], 'PHP 8 (cli)\n', '8.0', '8'],
    ['perl', ['perl', '-e', 'printf "%vd\n", $^V;'], '5.36.0', '5.36.0', '5.36.0'],
    ['python', ['python', '-V'], 'Python 3.11.2\n', '3.11.2', '3.11.2'],
    ['ruby', ['ruby', '-v'], 'ruby 3.1.2p20 (2022-04-12)\n', '3.1.2', '3.1.2p20'],
  ])('of %s', async (shell, argv, stdout, version, version_raw) => {
    const { value, asked } = await ask(shell, { stdout })
    expect(asked).toEqual([argv])
    expect(value).toMatchObject({ installed: true, version, version_raw })
  })
})

test('an answer without a version is shown', async () => {
  const { value } = await ask('ruby', { stdout: 'what?' })
  expect(value).toMatchObject({
    installed: null,
    error: 'The version regex pattern for shell ruby, could not find the version string',
    stdout: 'what?',
  })
})

test('one that cannot be run, or does not answer, is not installed', async () => {
  expect((await ask('tcsh', new Error('spawn tcsh ENOENT'))).value).toEqual({
    installed: false,
    error: "Unable to run command 'tcsh --version' Reason: spawn tcsh ENOENT",
  })
  expect((await ask('tcsh', { timedOut: true })).value).toEqual({
    installed: false,
    error: "Unable to run command 'tcsh --version' Reason: Timed out.",
  })
})

test('one that nobody knows is not asked', async () => {
  const { value, asked } = await ask('nosh', {})
  expect(asked).toEqual([])
  expect(value).toEqual({
    installed: null,
    error: 'Salt does not know how to get the version number for nosh',
  })
})
