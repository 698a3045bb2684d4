// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYaml } from '@halite/core'
import { expect, test } from 'vitest'
import { type Case, checkCase } from './case-file.ts'

const page = 'docs/extend/testing-a-module.md'
const text = readFileSync(join(import.meta.dirname, '../../..', page), 'utf8')
const [, block = ''] = /^```yaml cases\n([\s\S]*?)^```$/m.exec(text) ?? []
const cases = parseYaml(block, page) as Case[]

test.each(cases)('the page shows: $name', checkCase)

test('a case fails when something else happens', async () => {
  const [first, second, third] = cases as [Case, Case, Case]
  await expect(checkCase({ ...first, commands: [] })).rejects.toThrow()
  await expect(checkCase({ ...second, commands: [{ argv: ['never'] }] })).rejects.toThrow()
  await expect(checkCase({ ...third, written: { '/x': '' } })).rejects.toThrow()
  await expect(checkCase({ ...third, removed: ['/etc/shells'] })).rejects.toThrow()
  await expect(checkCase({ ...third, retcode: 1 })).rejects.toThrow()
})
