// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { filesUnder, lineAt, root, textOf } from './sources.ts'

const pages = filesUnder('.', /\.md$/)

test('relative links lead to files, and their anchors to headings', () => {
  expectNone('These links lead nowhere', pages.flatMap(brokenLinks))
})

/** A page may say `<!-- tested: path -->` above an example; that file must exist and name the page. */
test('examples that are marked as tested name a test that knows their page', () => {
  const offences = pages.flatMap((page) =>
    [...textOf(page).matchAll(/<!-- tested: (\S+) -->/g)]
      .map((match) => match[1] ?? '')
      .filter((path) => !existsSync(join(root, path)) || !textOf(path).includes(page))
      .map((path) => `${page}: ${path}`),
  )
  expectNone('These examples are not run by the test they name', offences)
})

/** What belongs in no file of a product: places on one machine, and work that was left for later. */
const misplaced: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.])\/(?:work|Users\/\w+)\//, 'a path of one machine'],
  [/https?:\/\/(?:\d{1,3}\.){3}\d{1,3}(?!\d)(?<!127\.0\.0\.1)/, 'the address of one machine'],
  [/"resolved": "https?:\/\/(?!registry\.npmjs\.org\/)/, 'a registry of one machine'],
  [/\b(?:TODO|FIXME|XXX|HACK)\b/, 'work left for later'],
  [/^(?:<{7}|>{7}) /m, 'a conflict left by a merge'],
  [/\b(?:language model|AI assistant|chatbot|coding agent)\b/i, 'something that is not about the product'],
]

test('files speak of the product only', () => {
  const files = filesUnder('.', /(\.(md|ts|mjs|json|ya?ml|sh)|\.ci\/run|(^|\/)(config|bin)\/[\w.-]+)$/)
  const offences = files.filter((path) => !/golden|docs\.test\.ts$/.test(path)).flatMap(misplacedIn)
  expectNone('Remove or reword these', offences)
})

function misplacedIn(path: string): string[] {
  const text = textOf(path)
  return misplaced.flatMap(([pattern, what]) => {
    const match = pattern.exec(text)
    return match === null ? [] : [`${path}:${lineAt(text, match.index)}: ${what} (${match[0]})`]
  })
}

function brokenLinks(page: string): string[] {
  return linksOf(page)
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor)
    })
    .map((link) => `${page}: ${link}`)
}

function linksOf(page: string): string[] {
  return [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
}

function anchorsOf(page: string): Set<string> {
  const headings = [
    ...textOf(page)
      .replaceAll(/^```[\s\S]*?^```/gm, '')
      .matchAll(/^#+ (.+)$/gm),
  ]
  return new Set(headings.map((match) => slug(match[1] ?? '')))
}

/** A heading as the usual renderers turn it into an anchor. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
}
