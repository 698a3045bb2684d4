// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { checkModule, type ModuleKind } from '@halite/loader'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importSource } from '../../scripts/import-source.mjs'
import { root, textOf } from './sources.ts'

/** Pages whose ```` ```ts <kind>/<name>.ts ```` blocks are whole modules. */
const pages = [
  'docs/extend/adding-a-module.md',
  'docs/extend/adding-a-grain.md',
  'docs/extend/adding-a-state.md',
  'docs/extend/adding-an-outputter.md',
]

let folder = ''

beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache/examples-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

test.each(pages.flatMap(examplesOf))(
  '$page: $path keeps the contract of its kind',
  async ({ path, text }) => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    const { default: module } = await importSource(relative(root, file))
    const [kind = '', name = ''] = path.replace(/\.ts$/, '').split('/')
    expect(checkModule(kind as ModuleKind, path, module).name).toBe(name)
  },
)

function examplesOf(page: string) {
  const blocks = [...textOf(page).matchAll(/^```ts ([\w-]+\/[\w-]+\.ts)\n([\s\S]*?)^```$/gm)]
  return blocks.map((match) => ({ page, path: match[1] ?? '', text: match[2] ?? '' }))
}
