// SPDX-License-Identifier: Apache-2.0
import { optionRows } from '@halite/core'
import { expect, test } from 'vitest'
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
