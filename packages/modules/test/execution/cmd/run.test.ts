// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '@halite/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callCmd, callFromModule, kw, recordingLog } from './call.ts'

let directory = ''

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'cmd-')))
})

afterAll(() => rm(directory, { recursive: true }))

describe('cmd.run', () => {
  test('runs through a shell and merges stderr, in the order it was written', async () => {
    const result = await callCmd('run', ['echo out; echo err >&2; echo again'])
    expect(result).toMatchObject({ return: 'out\nerr\nagain', retcode: 0, success: true })
  })

  describe('the shell that reads a command', () => {
    const bash = findProgram('bash')

    test('is the grain shell', async (ctx) => {
      ctx.skip(bash === undefined, 'needs bash')
      const grains = { shell: bash }
      const silenced = await callCmd('run', ['echo out &> /dev/null'], { grains })
      expect(silenced).toMatchObject({ return: '', retcode: 0 })
      const named = await callCmd('run', ['echo $0', kw({ shell: '/bin/sh' })], { grains })
      expect(named.return).toBe('/bin/sh')
    })

    test.each([{}, { shell: '' }, { shell: 5 }])('is /bin/sh where the grains are %j', async (grains) => {
      expect(await callCmd('run', ['echo $0'], { grains })).toMatchObject({ return: '/bin/sh' })
    })

    test('is an error that names it when it does not exist', async () => {
      const result = await callCmd('run', ['true'], { grains: { shell: '/nowhere/sh' } })
      expect(result.return).toContain('The shell /nowhere/sh is not available')
    })
  })

  test.each([
    ['latin-1', '\\351'],
    ['cp437', '\\202'],
    ['cp850', '\\202'],
    ['Windows-1252', '\\351'],
    ['utf_8', '\\303\\251'],
  ])('reads output in %s', async (encoding, byte) => {
    const result = await callCmd('run_all', [`printf 'caf${byte}'`, kw({ output_encoding: encoding })])
    expect(result.return).toMatchObject({ stdout: 'café', retcode: 0 })
  })

  test.each(['run', 'run_all', 'run_stdout', 'retcode', 'shell', 'script', 'powershell'])(
    'of an unknown encoding is not run: cmd.%s',
    async (fun) => {
      const trace = join(directory, `ran-${fun}`)
      const result = await callCmd(fun, [`touch ${trace}`, kw({ output_encoding: 'latin-one' })])
      expect(result).toMatchObject({ retcode: 1, success: false })
      expect(result.return).toMatch(/latin-one.*latin_1/s)
      await expect(readFile(trace)).rejects.toThrow('ENOENT')
    },
  )

  test('gives the exit code to the job', async () => {
    expect(await callCmd('run', ['exit 3'])).toMatchObject({ return: '', retcode: 3, success: false })
  })

  test('does not, when it is to be ignored', async () => {
    const result = await callCmd('run', ['echo x; exit 3', kw({ ignore_retcode: true })])
    expect(result).toMatchObject({ return: 'x', retcode: 0 })
  })

  test('gives the command a terminal with use_vt', async (ctx) => {
    ctx.skip(findProgram('script') === undefined, 'needs script of util-linux')
    const asked = 'test -t 1 && echo "it\'s one"; echo err >&2; exit 4'
    const result = await callCmd('run', [asked, kw({ use_vt: true })])
    expect(result).toMatchObject({ return: "it's one\nerr", retcode: 4 })
    expect(await callCmd('run', ['test -t 1 || echo none'])).toMatchObject({ return: 'none' })
  })

  test('takes number words and a list of words', async () => {
    expect(await callCmd('run', [['echo', '$HOME', 'a b']])).toMatchObject({ return: '$HOME a b' })
    expect(await callCmd('run', [5])).toMatchObject({ retcode: 127 })
  })

  test.each([
    { words: { rstrip: false }, cmd: 'echo out', output: 'out\n' },
    { words: { hide_output: true }, cmd: 'echo out', output: '' },
    { words: { redirect_stderr: false }, cmd: 'echo out; echo err >&2', output: 'out' },
    { words: { python_shell: false }, cmd: 'echo $HOME "a  b"', output: '$HOME a  b' },
    { words: { stdin: 'one\\ntwo\\n' }, cmd: 'grep two', output: 'two' },
    { words: { stdin: 'one\\ntwo', stdin_raw_newlines: true }, cmd: 'cat', output: 'one\\ntwo' },
    { words: { env: { A: 'x', B: 5 } }, cmd: 'echo $A$B', output: 'x5' },
    { words: { env: [{ A: 'x' }, { B: 'y' }] }, cmd: 'echo $A$B', output: 'xy' },
    { words: { env: { A: null } }, cmd: 'echo $A.', output: '.' },
    { words: { env: { A: 'x' }, clean_env: true }, cmd: 'echo $A$HOME.', output: 'x.' },
    { words: { prepend_path: '/first' }, cmd: 'echo $PATH | cut -d: -f1', output: '/first' },
    { words: {}, cmd: 'echo $LC_MESSAGES', output: 'C' },
    { words: { env: { LC_MESSAGES: 'de_DE' } }, cmd: 'echo $LC_MESSAGES', output: 'de_DE' },
    { words: { umask: '077' }, cmd: 'umask', output: '0077' },
    { words: { umask: '027', python_shell: false }, cmd: 'sh -c umask', output: '0027' },
    { words: { shell: '/bin/bash' }, cmd: 'echo $0', output: '/bin/bash' },
    { words: { output_encoding: 'latin1' }, cmd: "printf '\\344'", output: 'ä' },
  ])('with $words', async ({ words, cmd, output }) => {
    expect(await callCmd('run', [cmd, kw(words)])).toMatchObject({ return: output, retcode: 0 })
  })

  test('replaces what is not UTF-8', async () => {
    expect(await callCmd('run', ["printf 'a\\377b'"])).toMatchObject({ return: 'a\ufffdb' })
  })

  test('runs in the home of the user, or where it is told to', async () => {
    expect(await callCmd('run', ['pwd -P'])).toMatchObject({ return: await realpath(homedir()) })
    expect(await callCmd('run', ['pwd -P', directory])).toMatchObject({ return: directory })
  })

  test.each([
    { cmd: 'exit 4', words: { success_retcodes: [4] } },
    { cmd: 'exit 4', words: { success_retcodes: '3,4' } },
    { cmd: 'echo fine; exit 4', words: { success_stdout: ['fine'] } },
    { cmd: 'echo fine >&2; exit 4', words: { success_stderr: 'fine', redirect_stderr: false } },
  ])('counts $cmd as success with $words', async ({ cmd, words }) => {
    expect(await callCmd('run', [cmd, kw(words)])).toMatchObject({ retcode: 0 })
  })

  test('fails with the output when raise_err asks for it', async () => {
    const result = await callCmd('run', ['echo why; exit 2', kw({ raise_err: true })])
    expect(result).toMatchObject({ return: 'ERROR: why', retcode: 1 })
  })

  test('returns at once with bg, and the command goes on', async () => {
    const file = join(directory, 'later')
    const result = await callCmd('run', [`sleep 0.2; echo done > ${file}`, kw({ bg: true })])
    expect(result).toMatchObject({ return: '', retcode: 0 })
    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 5000 }).toBe('done\n')
  })
})

describe('called from a module', () => {
  test('no shell reads the command, unless told otherwise or cmd_safe is off', async () => {
    expect(await callFromModule('run', { cmd: 'echo $HOME | cat' })).toBe('$HOME | cat')
    expect(await callFromModule('run', { cmd: 'echo a | cat', python_shell: true })).toBe('a')
    const options = { cmd_safe: false }
    expect(await callFromModule('run', { cmd: 'echo a | cat' }, { options })).toBe('a')
    expect(await callFromModule('shell', { cmd: 'echo a | cat' })).toBe('a')
  })
})

describe('what cannot be run', () => {
  test.each([
    ['run', ['pwd', '/no/such'], "ERROR: Specified cwd '/no/such' either not absolute or does not exist"],
    ['run', ['pwd', 'etc'], "ERROR: Specified cwd 'etc' either not absolute or does not exist"],
    ['run', ['id', kw({ runas: 'no-such-user' })], "ERROR: User 'no-such-user' is not available"],
    ['run', ['id', kw({ group: 'no-such-group' })], "ERROR: Group 'no-such-group' is not available"],
    ['run', ['id', kw({ shell: '/bin/no-such' })], 'ERROR: The shell /bin/no-such is not available'],
    ['run', ['id', kw({ umask: '000' })], 'ERROR: Zero umask is not allowed.'],
    ['run', ['id', kw({ umask: 'rw' })], "ERROR: Invalid umask: 'rw'"],
    ['run', ['id', kw({ output_encoding: 'klingon' })], /'output_encoding': unknown encoding "klingon"/],
    ['run', ['echo "a', kw({ python_shell: false })], 'ERROR: No closing quotation'],
    ['run', ['id', kw({ timout: 5 })], /^ERROR executing 'cmd.run': .* not valid: timout=5$/],
    ['run', ['x', kw({ success_retcodes: 'a' })], /^Passed invalid arguments to cmd.run: .*success_retcodes/],
    [
      'run_all',
      ['no-such a', kw({ python_shell: false })],
      /^ERROR: Unable to run command '\['no-such', 'a'\]'/,
    ],
    [
      'run_all',
      ['no-such', kw({ python_shell: false })],
      /\[Errno 2\] No such file or directory: 'no-such'$/,
    ],
  ])('cmd.%s %j', async (fun, arg, text) => {
    const result = await callCmd(fun, arg)
    expect(result.retcode).toBe(1)
    if (typeof text === 'string') expect(result.return).toBe(text)
    else expect(String(result.return).split('\n')[0]).toMatch(text)
  })

  test('is refused by the globs of the configuration, for calls from outside only', async () => {
    const black = { options: { cmd_blacklist_glob: ['rm *'] } }
    const refused = 'ERROR: The shell command "rm -r /x" is not permitted'
    expect(await callCmd('run', ['rm -r /x'], black)).toMatchObject({ return: refused, retcode: 1 })
    expect(await callCmd('run', ['echo rm'], black)).toMatchObject({ return: 'rm' })
    const white = { options: { cmd_whitelist_glob: ['echo *'] } }
    expect(await callCmd('run', ['id'], white)).toMatchObject({ retcode: 1 })
    expect(await callCmd('run', ['echo a'], white)).toMatchObject({ return: 'a' })
    expect(await callFromModule('run', { cmd: 'printf a' }, white)).toBe('a')
  })
})

describe('the log', () => {
  test('of a failing cmd.run has what Salt prints', async () => {
    const { log, lines } = recordingLog()
    await callCmd('run', ['exit 3', kw({ cwd: directory })], { log })
    expect(lines).toEqual([
      `info: Executing command 'exit' in directory '${directory}'`,
      "error: Command 'exit' failed with return code: 3",
      'error: retcode: 3',
      "error: Command 'exit' failed with return code: 3",
      'error: output: ',
    ])
  })

  test('has the output at the level asked for', async () => {
    const { log, lines } = recordingLog()
    await callCmd('run_all', ['echo a; echo b >&2', kw({ output_loglevel: 'warning' })], { log })
    expect(lines.slice(1)).toEqual(['warning: stdout: a', 'warning: stderr: b'])
  })

  test('is silent at quiet', async () => {
    const { log, lines } = recordingLog()
    await callCmd('run', ['echo secret; exit 1', kw({ output_loglevel: 'quiet' })], { log })
    expect(lines).toEqual([])
  })
})
