// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saltTool } from '../src/options/salt.ts'
import { saltfileWords } from '../src/saltfile.ts'

let dir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'halite-saltfile-'))
  file = join(dir, 'Saltfile')
})
afterEach(() => rmSync(dir, { recursive: true }))

function words(text: string): string[] {
  writeFileSync(file, text)
  return saltfileWords(saltTool, file)
}

describe('a Saltfile', () => {
  it('holds words of the command line by tool', () => {
    const text =
      'salt:\n  config_dir: /etc/x\n  timeout: 3\n  static: True\n  verbose: False\n  output: json\nsalt-call:\n  local: True\n'
    expect(words(text)).toEqual(['--config-dir=/etc/x', '--timeout=3', '--static', '--out=json'])
  })

  it("names the log file's level as Salt does, and options that are taken in vain", () => {
    expect(words('salt: {log_level_logfile: debug, hard_crash: True}')).toEqual([
      '--log-file-level=debug',
      '--hard-crash',
    ])
  })

  it.each(['', '# nothing\n', 'salt-key: {out: json}\n', 'salt:\n'])(
    'without the tool says nothing: %j',
    (text) => {
      expect(words(text)).toEqual([])
    },
  )

  it.each([
    ['salt: {no_such: 1}', "'no_such' is not an option of salt"],
    ['salt: {saltfile: x}', "'saltfile' is not an option of salt"],
    ['salt: [1]', 'expected the name of a tool'],
    ['- salt', 'expected the name of a tool'],
  ])('that is wrong is an error: %s', (text, message) => {
    expect(() => words(text)).toThrow(message)
  })

  it('that was named must be there', () => {
    expect(() => saltfileWords(saltTool, file)).toThrow(`cannot read ${file}`)
  })
})
