// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { parseYaml, toPlain } from '@halite/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

/** A call, what it returns, and what it changes: path → kind, mode, owner, content or target. */
interface Answer {
  readonly fun: string
  readonly args: readonly unknown[]
  readonly keywords?: Readonly<Record<string, unknown>>
  readonly return: unknown
  readonly changed?: Readonly<Record<string, string | null>>
}

// Salt 3007.10 gave these answers for the directory that is made below, which is written `@`.
const answers = toPlain(
  parseYaml(
    readFileSync(new URL('./fixtures/file-answers.yaml', import.meta.url), 'utf8'),
    'file-answers.yaml',
  ),
) as readonly Answer[]

let machine: Masterless
beforeEach(({ skip }) => {
  if (process.getuid?.() !== 0) skip('needs root: owners and devices')
  const sums = [
    'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c  foo.tgz',
    '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730  bar.tgz',
    'd3b07384d113edec49eaa6238ad5ff00  x.md5',
  ]
  machine = new Masterless().write({
    'w/x.txt': 'foo\nbar baz\n',
    'w/y.conf': '#foo=1\nbar=2\n',
    'w/sums': sums.map((line) => `${line}\n`).join(''),
  })
  const at = (name: string) => machine.path(`w/${name}`)
  mkdirSync(at('a/b'), { recursive: true })
  chmodSync(at('x.txt'), 0o640)
  execFileSync('mkfifo', [at('p')])
  symlinkSync('x.txt', at('l'))
  linkSync(at('x.txt'), at('h'))
})
afterEach(() => machine?.[Symbol.dispose]())

test.each(answers)('$fun $args $keywords', async ({ fun, args, keywords = {}, ...expected }) => {
  const root = machine.path('w')
  const before = contents(root)
  const { return: value } = await machine.call(fun, [
    ...inPlace(args, '@', root),
    { __kwarg__: true, ...keywords },
  ])
  const after = contents(root)
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = names
    .filter((name) => before[name] !== after[name])
    .map((name) => [name, after[name] ?? null])
  const { changed: changes = {}, return: returned } = expected
  expect(inPlace(toPlain(value) ?? null, root, '@')).toEqual(returned)
  expect(inPlace(Object.fromEntries(changed), root, '@')).toEqual(changes)
})

function inPlace<T>(value: T, from: string, to: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(from, to)) as T
}

/** Path → what is there. */
function contents(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return Object.fromEntries(names.map((name) => [name, wordsOf(join(directory, name))]))
}

function wordsOf(path: string): string {
  const facts = lstatSync(path)
  const mode = facts.isSymbolicLink() ? [] : [(facts.mode & 0o7777).toString(8).padStart(4, '0')]
  const owner = facts.uid === 0 && facts.gid === 0 ? [] : [`${facts.uid}:${facts.gid}`]
  const content = facts.isSymbolicLink()
    ? [readlinkSync(path)]
    : facts.isFile()
      ? [readFileSync(path, 'utf8')]
      : []
  return [kindOf(facts), ...mode, ...owner, ...content].join(' ')
}

function kindOf(facts: Stats): string {
  if (facts.isSymbolicLink()) return 'link'
  if (facts.isDirectory()) return 'directory'
  if (facts.isFIFO()) return 'fifo'
  if (facts.isCharacterDevice()) return 'chrdev'
  return facts.isBlockDevice() ? 'blkdev' : 'file'
}
