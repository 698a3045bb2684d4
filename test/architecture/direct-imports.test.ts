// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { publicEntries, withDirectImports } from '../../scripts/build/direct-imports.mjs'

let clone = ''

afterEach(() => rmSync(clone, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true })
  writeFileSync(join(clone, path), text)
}

describe('imports of public entries', () => {
  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'halite-imports-'))
    write(
      'packages/core/src/index.ts',
      "export { type A, light, b as c } from './light.ts'\nexport * as all from './lib.ts'\n",
    )
    write(
      'packages/core/src/light.ts',
      "import { join } from 'node:path'\nimport type { X } from 'library'\n",
    )
    write('packages/core/src/lib.ts', "import {\n  type X,\n  y,\n} from 'library'\n")
    write(
      'packages/loader/src/index.ts',
      "export { plain } from './plain.ts'\nexport { heavy } from './heavy.ts'\n",
    )
    write('packages/loader/src/plain.ts', "import { light } from '@halite/core'\n")
    write('packages/loader/src/heavy.ts', "import { deep } from './deep.ts'\n")
    write('packages/loader/src/deep.ts', "import { all, light } from '@halite/core'\n")
  })

  const led = (text: string) => withDirectImports(text, publicEntries(clone)).replaceAll(clone, '')

  test('lead to the file where that leads to a library, by whatever way', () => {
    expect(led("import { all } from '@halite/core'")).toBe('import * as all from "/packages/core/src/lib.ts"')
    expect(led("import { heavy as h } from '@halite/loader'")).toBe(
      'import { heavy as h } from "/packages/loader/src/heavy.ts"',
    )
  })

  test('lead to the light part of the entry for the rest; types and lines are left', () => {
    expect(led("import {\n  type A,\n  c,\n  light,\n} from '@halite/core'\nnext")).toBe(
      "import { c as c } from 'light:@halite/core';import { light as light } from 'light:@halite/core'\n\n\n\n\nnext",
    )
    expect(led("import { plain } from '@halite/loader'")).toBe(
      "import { plain as plain } from 'light:@halite/loader'",
    )
  })

  test('lead to the file when they are late, and all of one file', () => {
    expect(led("const { light, c } = await import('@halite/core')")).toBe(
      "const { light, c } = await import('@halite/core')",
    )
    expect(led("  const { heavy } = await import('@halite/loader')")).toBe(
      '  const { heavy } = await import("/packages/loader/src/heavy.ts")',
    )
  })

  test.each([
    "import type { A } from '@halite/core'",
    "import { type A } from '@halite/core'",
    "import { x } from '@halite/unknown'",
    "import { x } from '@halite/core/log'",
    "const { heavy, plain } = await import('@halite/loader')",
    "const { heavy: h } = await import('@halite/loader')",
    "const [{ heavy }] = await Promise.all([import('@halite/loader')])",
  ])('%s stays as it is', (text) => {
    expect(led(text)).toBe(text)
  })
})
