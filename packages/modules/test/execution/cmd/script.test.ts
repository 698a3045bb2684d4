// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { callCmd, kw } from './call.ts'

const directory = mkdtempSync(join(tmpdir(), 'halite-script-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function script(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const windows = process.platform === 'win32'

describe('cmd.script', () => {
  beforeEach((ctx) => ctx.skip(windows, 'the scripts of these tests are for a shell'))

  const show = script('show.sh', '#!/bin/sh\necho "$#:$1:$2"\necho "$0" >&2\ncat\nexit 3\n')

  test('runs a private copy, and returns what run_all returns', async () => {
    const result = await callCmd('script', [show, 'one "t w o"', kw({ stdin: 'in' })])
    expect(result).toMatchObject({
      return: { retcode: 3, stdout: '2:one:t w o\nin', pid: expect.any(Number) },
      retcode: 3,
    })
    const { stderr } = result.return as { stderr: string }
    expect(stderr).not.toContain(directory)
    expect(stderr).toMatch(/\.sh$/)
    expect(existsSync(stderr)).toBe(false)
  })

  test('takes words as a list, and as a file URL', async () => {
    const result = await callCmd('script', [pathToFileURL(show).href, kw({ args: ['a b', 5] })])
    expect(result.return).toMatchObject({ stdout: '2:a b:5' })
  })

  test('runs one that does not say what runs it in a shell', async () => {
    const plain = script('plain', 'echo "plain $1"\n')
    expect((await callCmd('script', [plain, 'x'])).return).toMatchObject({ stdout: 'plain x', retcode: 0 })
  })

  test('counts as settled what is to be ignored, and hides what is to be hidden', async () => {
    const result = await callCmd('script', [show, kw({ ignore_retcode: true, hide_output: true })])
    expect(result).toMatchObject({ return: { stdout: '', stderr: '', retcode: 3 }, retcode: 0 })
  })

  test('script_retcode gives the exit code alone', async () => {
    expect(await callCmd('script_retcode', [show])).toMatchObject({ return: 3, retcode: 3 })
    expect(await callCmd('script_retcode', [show, kw({ success_retcodes: [3] })])).toMatchObject({
      return: 0,
      retcode: 0,
    })
  })
})

describe('cmd.powershell', () => {
  const path = process.env.PATH

  afterEach(() => {
    process.env.PATH = path
  })

  test('says so where it is missing', async () => {
    process.env.PATH = directory
    expect(await callCmd('powershell', ['Get-Date'])).toMatchObject({
      return: 'ERROR: PowerShell is not available: powershell or pwsh is not in the search path',
      retcode: 1,
    })
  })

  describe('with one that shows what it is given', () => {
    beforeEach((ctx) => ctx.skip(windows, 'the one of this test is a script for a shell'))
    beforeAll(() => {
      const answer = `printf '{"argv":["%s","%s","%s","%s"]}' "$1" "$2" "$4" "$5"\nexit 0\n`
      chmodSync(script('pwsh', `#!/bin/sh\n${answer}`), 0o755)
    })
    beforeEach(() => {
      process.env.PATH = `${directory}${delimiter}${path}`
    })

    const options = ['-NonInteractive', '-NoProfile', 'Bypass', '-EncodedCommand']

    test('returns the objects', async () => {
      const result = await callCmd('powershell', ['Get-Date', kw({ shell: 'pwsh', encode_cmd: true })])
      expect(result).toEqual({ return: { argv: options }, retcode: 0, success: true })
    })

    test('powershell_all returns them beside the rest', async () => {
      const keywords = { shell: 'pwsh', encode_cmd: true, force_list: true }
      const result = await callCmd('powershell_all', ['Get-Date', kw(keywords)])
      expect(result.return).toEqual({
        pid: expect.any(Number),
        retcode: 0,
        stderr: '',
        result: [{ argv: options }],
      })
    })
  })
})
