// SPDX-License-Identifier: Apache-2.0
import { type DataMap, MapBuilder, SaltError } from '@halite/core'

/** An element without its attributes. */
export interface XmlElement {
  /** Without its prefix. */
  readonly name: string
  /** What stands before its first child; null for nothing. */
  readonly text: string | null
  readonly children: readonly XmlElement[]
}

interface Open {
  readonly tag: string
  text: string
  readonly children: XmlElement[]
}

const maxDepth = 256
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
/** Comment or instruction, CDATA, end tag, start tag, text. */
const token =
  /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(?<data>.*?)\]\]>|<\/(?<end>[^\s>]+)\s*>|<(?<start>[^\s/>!?]+)(?<attributes>(?:[^>"']|"[^"]*"|'[^']*')*?)(?<empty>\/?)>|(?<text>[^<]+)/gsy

/**
 * The root of an XML document. Document types are refused, and with them entities of their own. Throws `VALUE_MALFORMED` for what is no XML.
 */
export function readXml(document: string): XmlElement {
  const top: Open = { tag: '', text: '', children: [] }
  const open = [top]
  let at = 0
  for (const { index, 0: all, groups = {} } of document.trim().matchAll(token)) {
    const inner = open.at(-1) ?? top
    at = index + all.length
    if (groups['start'] !== undefined) begin(open, groups['start'], groups['empty'] === '/')
    else if (groups['end'] !== undefined) end(open, groups['end'])
    else if (inner.children.length === 0) {
      inner.text += groups['data'] ?? (groups['text'] === undefined ? '' : unescaped(groups['text']))
    }
  }
  const [root] = top.children
  const isWhole = at === document.trim().length && open.length === 1 && top.children.length === 1
  if (root === undefined || !isWhole) throw malformed(`it breaks off at character ${at}`)
  return root
}

/** An element as Salt makes data of it: children by name, a list where a name comes again; the text where there are none. */
export function xmlData({ name, text, children }: XmlElement): DataMap {
  if (children.length === 0) return { [name]: text }
  const map = new MapBuilder()
  const values = new Map<string, unknown>()
  for (const child of children) {
    const known = values.get(child.name)
    const value = child.children.length > 0 ? xmlData(child) : child.text
    if (!values.has(child.name)) values.set(child.name, value)
    else values.set(child.name, [...(Array.isArray(known) ? known : [known]), xmlData(child)])
  }
  for (const [key, value] of values) map.set(key, value)
  return map.build()
}

function begin(open: Open[], tag: string, isEmpty: boolean): void {
  if (open.length > maxDepth) throw malformed(`it is nested deeper than ${maxDepth}`)
  open.push({ tag, text: '', children: [] })
  if (isEmpty) end(open, tag)
}

function end(open: Open[], tag: string): void {
  const closed = open.length > 1 ? open.pop() : undefined
  if (closed?.tag !== tag) throw malformed(`</${tag}> closes what is not open`)
  const name = tag.replace(/^.*:/, '')
  open
    .at(-1)
    ?.children.push({ name, text: closed.text === '' ? null : closed.text, children: closed.children })
}

function unescaped(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (all, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? all
    const code = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}

function malformed(why: string): SaltError {
  return new SaltError('VALUE_MALFORMED', `the text is not XML: ${why}`)
}
