// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the library for YAML is never taken from the current directory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'planted-'))
  const planted = join(directory, 'node_modules', 'js-yaml')
  mkdirSync(planted, { recursive: true })
  writeFileSync(join(planted, 'index.js'), 'console.log("planted"); process.exit(9)')
  const core = new URL('../../dist/index.js', import.meta.url).href
  // Under `-e` there is a global `require`, which looks from the current directory.
  const script = `import(${JSON.stringify(core)}).then(({ dumpYaml }) => console.log(dumpYaml({ a: 1 })))`
  try {
    expect(execFileSync(process.execPath, ['-e', script], { cwd: directory, encoding: 'utf8' })).toBe(
      'a: 1\n\n',
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
})
