// SPDX-License-Identifier: Apache-2.0

/** Which grains the text of a template asks for: their names, or all when the text does not say which. */
export interface StaticReads {
  readonly all: boolean
  readonly names: readonly string[]
  /** Whether it looks at `opts` for more than an option: the id or the grains. */
  readonly readsId: boolean
  /** Whether it brings in no other template. */
  readonly isAlone: boolean
  /** Whether it gives something else each time: random values, the time, the network. */
  readonly isVolatile: boolean
}

const mention = /\bgrains\b/g
const member =
  /^grains\s*(?:\.\s*([A-Za-z_]\w*)(?!\w*\s*\()|\[\s*(['"])([^'"\\]*)\2\s*\]|\.\s*get\s*\(\s*(['"])([^'"\\]*)\4\s*[,)])/
const methods = new Set([
  'get',
  'items',
  'keys',
  'values',
  'update',
  'pop',
  'popitem',
  'setdefault',
  'copy',
  'clear',
])
const optsMention = /\bopts\b/g
const optsMember =
  /^opts\s*(?:\.\s*([A-Za-z_]\w*)(?!\w*\s*\()|\[\s*(['"])([^'"\\]*)\2\s*\]|\.\s*get\s*\(\s*(['"])([^'"\\]*)\4\s*[,)])/
const otherEachTime =
  /\b(?:random\w*|shuffle|strftime|date_format|now|utcnow|uuid|lipsum|http_query|dns_check|network_hosts|gen_mac)\b/

/**
 * Reads a template without running it. Every mention of `grains` that is not of the plain form `grains.os`,
 * `grains['os']` or `grains.get('os')` counts as all of them; functions such as `salt['grains.get']` note what they read
 * themselves.
 */
export function staticReads(text: string): StaticReads {
  const names = new Set<string>()
  let all = /\bshow_full_context\b/.test(text)
  let readsId = all
  for (const { index } of text.matchAll(mention)) {
    if (isFunctionName(text, index)) continue
    const name = memberAt(member, text.slice(index, index + 300))
    if (name === undefined) all = true
    else names.add(name)
  }
  for (const { index } of text.matchAll(optsMention)) {
    const name = memberAt(optsMember, text.slice(index, index + 300))
    if (name === undefined || name === 'id' || name === 'minion_id') readsId = true
    if (name === undefined || name === 'grains') all = true
  }
  const isAlone = !/\b(?:include|import|extends|from|import_\w+)\b/.test(text)
  return { all, names: [...names], readsId, isAlone, isVolatile: otherEachTime.test(text) }
}

/** `salt['grains.get']`, `salt.grains.get`. */
function isFunctionName(text: string, index: number): boolean {
  return /(?:\[\s*['"]|\bsalt\s*\.\s*)$/.test(text.slice(Math.max(0, index - 40), index))
}

function memberAt(pattern: RegExp, text: string): string | undefined {
  const [, attribute, , item, , got] = pattern.exec(text) ?? []
  if (attribute !== undefined) return methods.has(attribute) ? got : attribute
  return item ?? got
}
