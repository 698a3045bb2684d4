// SPDX-License-Identifier: Apache-2.0
import { show } from '@halite/core'
import { type Place, targetProblem, unknownNodegroup, wholeOf } from './problem.ts'
import type { Nodegroups } from './types.ts'

/** One word of a compound expression, and where it stands. */
export interface Word {
  readonly text: string
  readonly place: Place
}

/** More than any expression that a person wrote; it bounds nodegroups that double at each level. */
const maxWords = 10_000

/** The words of a compound expression: text is split at blanks, a list is taken as it is. */
export function wordsOf(tgt: string | readonly string[], nodegroup?: string): Word[] {
  const inGroup = nodegroup === undefined ? {} : { nodegroup }
  if (typeof tgt !== 'string') return placeWords(tgt, inGroup)
  return [...tgt.matchAll(/\S+/g)].map(({ 0: text, index: start }) => {
    return { text, place: { expression: tgt, start, length: text.length, ...inGroup } }
  })
}

/**
 * The words with each `N@name` replaced by the words of that nodegroup, in parentheses, and so on inside.
 * Throws `TARGET_INVALID` for an unknown name, for a nodegroup that contains itself, and beyond 10,000 words.
 */
export function expandWords(words: readonly Word[], nodegroups: Nodegroups): Word[] {
  const expanded: Word[] = []
  const expand = (word: Word, trail: readonly string[]): void => {
    const name = /^N@(.+)$/s.exec(word.text)?.[1]
    if (expanded.length >= maxWords) throw targetProblem(word.place, `leads to over ${maxWords} words`)
    if (name === undefined) {
      expanded.push(word)
      return
    }
    expanded.push({ text: '(', place: word.place })
    for (const inner of wordsOfNodegroup(name, { word, trail, nodegroups })) expand(inner, [...trail, name])
    expanded.push({ text: ')', place: word.place })
  }
  for (const word of words) expand(word, [])
  return expanded
}

interface Reference {
  readonly word: Word
  /** The nodegroups that led here. */
  readonly trail: readonly string[]
  readonly nodegroups: Nodegroups
}

function wordsOfNodegroup(name: string, { word, trail, nodegroups }: Reference): Word[] {
  if (trail.includes(name)) {
    throw targetProblem(word.place, `a nodegroup contains itself: ${[...trail, name].join(' → ')}`)
  }
  const definition: unknown = Object.hasOwn(nodegroups, name) ? nodegroups[name] : undefined
  if (definition === undefined) throw unknownNodegroup(word.place, name, Object.keys(nodegroups))
  if (typeof definition !== 'string' && !Array.isArray(definition)) {
    throw targetProblem(word.place, `the nodegroup ${show(name)} is neither text nor a list`)
  }
  const words = wordsOf(typeof definition === 'string' ? definition : definition.flatMap(itemWords), name)
  return isPlainList(words) ? wordsOfPlainList(words) : words
}

/** An item of a list is one word, blanks included, unless it holds an operator: then it is an expression. */
function itemWords(item: unknown): string[] {
  const text = String(item)
  const words = text.split(/\s+/).filter((word) => word !== '')
  return words.length > 1 && words.some((word) => operators.has(word)) ? words : [text]
}

const operators = new Set(['and', 'or', 'not', '(', ')'])

/** No operator, no letter, no star: such a definition names its members. */
function isPlainList(words: readonly Word[]): boolean {
  return words.every(({ text }) => !operators.has(text) && !/^[A-Z]@|\*/.test(text))
}

/** Members are ids, or regular expressions if one of them looks like one. */
function wordsOfPlainList(words: readonly Word[]): Word[] {
  const letter = words.some(({ text }) => /[([{\\?}\])]/.test(text)) ? 'E' : 'L'
  return words.flatMap(({ text, place }, index) => {
    const term = { text: `${letter}@${text}`, place }
    return index === 0 ? [term] : [{ text: 'or', place }, term]
  })
}

function placeWords(texts: readonly string[], inGroup: { nodegroup?: string }): Word[] {
  const expression = texts.join(' ')
  let start = 0
  return texts.map((text) => {
    const place = { ...wholeOf(expression), start, length: text.length, ...inGroup }
    start += text.length + 1
    return { text, place }
  })
}
