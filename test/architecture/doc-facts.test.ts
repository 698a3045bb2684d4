// SPDX-License-Identifier: Apache-2.0
import { optionRows } from '@halite/core'
import { expect, test } from 'vitest'
import { manifest } from '../../packages/modules/src/manifest.generated.ts'
import { expectNone } from './expect-none.ts'
import { filesUnder, lineAt, textOf } from './sources.ts'

/** Pages that describe the product as it is: a decision describes it as it was, a generated page follows from it. */
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...filesUnder('docs', /\.md$/)].filter(
  (page) => !/^docs\/(?:adr|reference)\//.test(page),
)

const units: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

test('a number in parentheses behind an option is its default', () => {
  const defaults = new Map(
    (['minion', 'master'] as const).flatMap((role) =>
      [...optionRows(role)].map(([name, row]) => [name, row.default]),
    ),
  )
  const found = pages.flatMap((page) => {
    const text = textOf(page)
    return [...text.matchAll(/`([a-z_0-9]+)` \(([\d,]+)(?: (\w+))?\)/g)].map((match) => ({
      page,
      text,
      match,
    }))
  })
  const stated = found.filter(({ match }) => defaults.has(match[1] ?? ''))
  expect(stated.length).toBeGreaterThan(15)
  const wrong = stated.filter(({ match: [, name = '', digits = '', unit = ''] }) => {
    return Number(digits.replaceAll(',', '')) * (units[unit] ?? 1) !== defaults.get(name)
  })
  expectNone(
    'These are not the defaults',
    wrong.map(({ page, text, match }) => `${page}:${lineAt(text, match.index)}: ${match[0]}`),
  )
})

test('each name of the code that a page mentions is there', () => {
  const sources = filesUnder('.', /\.(?:ts|mjs|js|json|yaml)$/)
    .map(textOf)
    .join('\n')
  const words = new Set(sources.match(/[A-Za-z_$][\w$]*/g))
  const offences = pages.flatMap((page) => {
    const text = textOf(page)
    return [...text.matchAll(/`#?([a-z]+[A-Z]\w*)(?:\([^`]*\))?`/g)]
      .filter(([, name = '']) => !words.has(name))
      .map((match) => `${page}:${lineAt(text, match.index)}: ${match[0]}`)
  })
  expectNone('These names are not in the code', offences)
})

/** What looks like a function of a module and is none: programs, files, hosts, what is named as missing, what a template reads. */
const notFunctions: ReadonlySet<string> = new Set(
  'cmd.exe reg.exe data.p winrepo.p salt.client salt.example git.example state.pkg grains.role'.split(' '),
)

test('each function of a module that a page mentions is there', () => {
  const functions = functionsByModule()
  const grains = new Set(Object.values(manifest.grains ?? {}).flatMap((entry) => entry.provides ?? []))
  let seen = 0
  const offences = pages.flatMap((page) =>
    [...commandsOf(textOf(page))].flatMap(({ line, text }) =>
      [...text.matchAll(/(?<![\w.@/{'=-])([a-z_]+)\.([a-z][a-z_0-9]*)(?![\w.*<(/])/g)]
        .filter(([name, module = '']) => functions.has(module) && !notFunctions.has(name))
        .filter(([, module = '', name = '']) => {
          seen += 1
          return !functions.get(module)?.has(name) && !(module === 'grains' && grains.has(name))
        })
        .map(([name]) => `${page}:${line}: ${name}`),
    ),
  )
  expect(seen).toBeGreaterThan(200)
  expectNone('These functions are not there', offences)
})

/** One message that the code makes of two parts. */
const composed = 'is not the name of a package'

test('messages in the tables of troubles are those of the code', () => {
  const sources = filesUnder('packages', /\/src\/.*\.ts$/)
    .map(textOf)
    .join('\n')
  let seen = 0
  const offences = pages.flatMap((page) =>
    messagesOf(textOf(page)).flatMap(({ line, message }) => {
      const fixed = message.split(/…|'[^']*'/).filter((part) => part.trim().length > 5)
      seen += fixed.length
      return fixed.filter((part) => !sources.includes(part.trim())).map((part) => `${page}:${line}: ${part}`)
    }),
  )
  expect(seen).toBeGreaterThan(10)
  expectNone('The code has no such text', offences)
})

function functionsByModule(): Map<string, Set<string>> {
  const functions = new Map<string, Set<string>>()
  for (const kind of ['execution', 'states', 'runners', 'wheel'] as const) {
    for (const { name, virtual, functions: names = [] } of Object.values(manifest[kind] ?? {})) {
      for (const module of [name, virtual ?? name]) {
        functions.set(module, new Set([...(functions.get(module) ?? []), ...names]))
      }
    }
  }
  return functions
}

/** Code within a sentence, and the lines of shell examples. */
function* commandsOf(page: string): Generator<{ line: number; text: string }> {
  let language: string | undefined
  for (const [at, line] of page.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line)
    if (fence !== null) language = language === undefined ? fence[1] : undefined
    else if (language === 'sh' || language === 'console')
      yield { line: at + 1, text: line.replace(/#.*/, '') }
    else if (language === undefined) {
      for (const code of line.matchAll(/`([^`]+)`/g)) yield { line: at + 1, text: code[1] ?? '' }
    }
  }
}

/** What stands in code in the first column of a table whose head says that it lists messages. */
function messagesOf(page: string): { line: number; message: string }[] {
  let isWithin = false
  return page.split('\n').flatMap((row, at) => {
    if (/^\| Message \|/.test(row)) isWithin = true
    else if (!row.startsWith('|')) isWithin = false
    if (!isWithin) return []
    const cell = row.split(/(?<!\\)\|/)[1] ?? ''
    return [...cell.matchAll(/`([^`]+)`/g)]
      .map((match) => ({ line: at + 1, message: match[1] ?? '' }))
      .filter(({ message }) => !message.startsWith('E: ') && message !== composed)
  })
}
