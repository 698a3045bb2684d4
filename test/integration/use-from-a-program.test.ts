// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { dumpYaml } from '@halite/core'
import { type Cluster, startCluster } from '@halite/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { root, textOf } from '../architecture/sources.ts'

const page = 'docs/operate/use-from-a-program.md'
const here = 'test/integration/use-from-a-program.test.ts'

/** Programs of the page with what they print: a `ts` block that is marked as tested, and the `text` block behind it. */
const examples = [
  ...textOf(page).matchAll(
    /## ([^\n]+)\n(?:(?!\n## )[\s\S])*?<!-- tested: \S+ -->\n```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g,
  ),
].map(([, title = '', program = '', printed = '']) => ({ title, program, printed }))

let cluster: Cluster
let folder: string
let configDir: string

beforeAll(async () => {
  cluster = await startCluster({ minions: ['db1', 'web1', 'web2'] })
  configDir = join(cluster.directory, 'etc')
  mkdirSync(configDir)
  const { root_dir, publish_port, ret_port } = cluster.masterOptions
  write('master', { root_dir, publish_port, ret_port, interface: '127.0.0.1' })
  const { root_dir: minionRoot, id, master, master_port, pki_dir } = cluster.minionOptions('web1')
  write('minion', { root_dir: minionRoot, id, master, master_port, pki_dir })
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache/programs-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await cluster?.close()
})

function write(name: string, options: object): void {
  writeFileSync(join(configDir, name), dumpYaml(options))
}

test('the page has its examples, and each is marked', () => {
  const programs = textOf(page).match(/^```ts$/gm) ?? []
  expect(examples.length).toBeGreaterThan(7)
  expect(programs).toHaveLength(examples.length)
  expect(textOf(page).split(`<!-- tested: ${here} -->\n\`\`\`ts`)).toHaveLength(examples.length + 1)
})

test.each(examples)('$title', async ({ title, program, printed }) => {
  const file = join(folder, `${title.replaceAll(/\W+/g, '-')}.ts`)
  writeFileSync(file, program.replaceAll('/etc/salt', configDir))
  const lines: string[] = []
  const print = (...values: readonly unknown[]) =>
    lines.push(values.map((value) => (typeof value === 'string' ? value : shown(value))).join(' '))
  const spy = vi.spyOn(console, 'log').mockImplementation(print)
  try {
    await import(file)
  } finally {
    spy.mockRestore()
  }
  expect(lines).toEqual(printed.trimEnd().split('\n'))
})

/** As `console.log` shows it; minions answer in any order. */
function shown(value: unknown): string {
  return inspect(value, { sorted: true })
}
