// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { filesUnder, lineAt, textOf } from './sources.ts'

/** Turns of phrase that readers stumble over, with what to write instead; the glossary is in CONTRIBUTING.md. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\banew\b/i, 'again; made anew: replaced, rewritten'],
  [/\bfor good\b/, 'permanently, or what stays'],
  [/\bthat is none\b(?! of| in a)/, 'invalid, or "is not one"'],
  [/\bas dear\b/, 'as expensive'],
  [/\bdoes the like\b/, 'does the same'],
  [/\bbehind the back of\b/, 'without … noticing, asynchronously'],
  [/\bwho connects?\b/i, 'the connecting side'],
  [/\bIs it so that\b/, 'if'],
  [/\bis no JSON\b/, 'is invalid JSON'],
  [/\bstrangers?\b/i, 'an unauthenticated peer, an unproven connection'],
  [/\bheed(?:s|ed)?\b/i, 'use, apply, take into account'],
]

test('code and docs are in plain English', () => {
  const files = [
    ...filesUnder('packages', /\/src\/.*\.ts$|\.md$/),
    ...filesUnder('docs', /\.md$/),
    ...pages(),
  ]
  expectNone('Say this in plainer words', files.flatMap(offencesIn))
})

function pages(): string[] {
  return filesUnder('.', /^[A-Z]+\.md$/).filter((path) => path !== 'CONTRIBUTING.md')
}

function offencesIn(path: string): string[] {
  const text = textOf(path)
  return phrases.flatMap(([phrase, better]) => {
    const found = phrase.exec(text)
    return found === null ? [] : [`${path}:${lineAt(text, found.index)}: "${found[0]}" – ${better}`]
  })
}
