// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, floatOf, floatRepr, integerOf, mapOf, plainNumber } from '@halite/core'
import { type KeyOrder, plistEntries, plistKind } from './plist-values.ts'
import { refused } from './refused.ts'

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`
const maxDepth = 100
const controlCharacters = /(?![\t\n\r\x7f-\x9f])\p{Cc}/u

/** A property list as XML, as Python's `plistlib` writes it. */
export function xmlPlist(value: unknown, order: KeyOrder): string {
  return `${head}${element(value, order, '')}</plist>\n`
}

function element(value: unknown, order: KeyOrder, indent: string): string {
  if (indent.length > maxDepth) throw refused('plist', `it is more than ${maxDepth} deep`)
  const line = (text: string) => `${indent}${text}\n`
  switch (plistKind(value)) {
    case 'text':
      return line(`<string>${escaped(String(value))}</string>`)
    case 'integer':
      return line(`<integer>${value}</integer>`)
    case 'real':
      return line(`<real>${floatRepr(Number(plainNumber(value)))}</real>`)
    case 'boolean':
      return line(value ? '<true/>' : '<false/>')
    case 'date':
      return line(`<date>${(value as Date).toISOString().slice(0, 19)}Z</date>`)
    case 'bytes':
      return `${line('<data>')}${dataLines(value as Uint8Array, indent)}${line('</data>')}`
    case 'list': {
      const items = (value as readonly unknown[]).map((item) => element(item, order, `${indent}\t`))
      return items.length === 0 ? line('<array/>') : `${line('<array>')}${items.join('')}${line('</array>')}`
    }
    case 'map': {
      const items = plistEntries(entriesOf(value as DataMap), order).map(
        ([key, item]) => `${indent}\t<key>${escaped(key)}</key>\n${element(item, order, `${indent}\t`)}`,
      )
      return items.length === 0 ? line('<dict/>') : `${line('<dict>')}${items.join('')}${line('</dict>')}`
    }
  }
}

function dataLines(bytes: Uint8Array, indent: string): string {
  const width = Math.max(16, 76 - indent.length * 8)
  const perLine = Math.floor(width / 4) * 3
  let text = ''
  for (let at = 0; at < bytes.length; at += perLine)
    text += `${indent}${Buffer.from(bytes.subarray(at, at + perLine)).toString('base64')}\n`
  return text
}

function escaped(text: string): string {
  if (controlCharacters.test(text))
    throw refused('plist', "strings can't contain control characters; use bytes instead")
  return text
    .replaceAll(/\r\n|\r/g, '\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** The data of a property list in XML. Entities other than those of XML itself are refused. */
export function readXmlPlist(text: string): unknown {
  return new XmlReader(text).read()
}

class XmlReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    if (/<!ENTITY/i.test(text)) throw refused('plist', 'XML entity declarations are not supported')
    this.#text = text.replaceAll(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>/g, '')
  }

  read(): unknown {
    const root = this.#tag()
    if (root?.name !== 'plist') throw this.#bad('the element plist')
    const value = this.#value(0)
    this.#close('plist')
    return value
  }

  #value(depth: number): unknown {
    if (depth > maxDepth) throw refused('plist', `it is more than ${maxDepth} deep`)
    const tag = this.#tag()
    if (tag === undefined) throw this.#bad('a value')
    const { name, isEmpty } = tag
    if (name === 'true' || name === 'false') {
      if (!isEmpty) this.#close(name)
      return name === 'true'
    }
    if (name === 'array') return isEmpty ? [] : this.#list(depth)
    if (name === 'dict') return isEmpty ? {} : this.#map(depth)
    return this.#scalar(name, isEmpty ? '' : this.#content(name))
  }

  #scalar(name: string, content: string): unknown {
    switch (name) {
      case 'string':
        return content
      case 'integer': {
        if (!/^\s*[+-]?(?:0x[0-9a-f]+|\d+)\s*$/i.test(content) || content.length > 64)
          throw this.#bad('an integer')
        const isNegative = content.trim().startsWith('-')
        const value = BigInt(content.trim().replace(/^[+-]/, ''))
        return integerOf(isNegative ? -value : value)
      }
      case 'real': {
        const value = Number(content.trim() || 'x')
        if (Number.isNaN(value) && content.trim() !== 'nan') throw this.#bad('a number')
        return floatOf(value)
      }
      case 'data':
        return new Uint8Array(Buffer.from(content, 'base64'))
      case 'date': {
        const date = new Date(content.trim())
        if (Number.isNaN(date.getTime())) throw this.#bad('a date')
        return date
      }
      default:
        throw refused('plist', `it has an unknown element ${name}`)
    }
  }

  #list(depth: number): unknown[] {
    const items: unknown[] = []
    while (!this.#isClosing()) items.push(this.#value(depth + 1))
    this.#close('array')
    return items
  }

  #map(depth: number): DataMap {
    const entries: [string, unknown][] = []
    while (!this.#isClosing()) {
      const key = this.#tag()
      if (key?.name !== 'key') throw this.#bad('a key')
      entries.push([key.isEmpty ? '' : this.#content('key'), this.#value(depth + 1)])
    }
    this.#close('dict')
    return mapOf(entries)
  }

  #tag(): { readonly name: string; readonly isEmpty: boolean } | undefined {
    const open = /\s*<([A-Za-z]+)(?:\s[^<>]*?)?(\/?)>/y
    open.lastIndex = this.#at
    const found = open.exec(this.#text)
    if (found === null) return undefined
    this.#at = open.lastIndex
    return { name: found[1] ?? '', isEmpty: found[2] === '/' }
  }

  #isClosing(): boolean {
    const close = /\s*<\//y
    close.lastIndex = this.#at
    return close.test(this.#text)
  }

  #close(name: string): void {
    const close = new RegExp(`\\s*</${name}\\s*>`, 'y')
    close.lastIndex = this.#at
    if (!close.test(this.#text)) throw this.#bad(`the end of ${name}`)
    this.#at = close.lastIndex
  }

  #content(name: string): string {
    const end = this.#text.indexOf(`</${name}>`, this.#at)
    const content = end < 0 ? undefined : this.#text.slice(this.#at, end)
    if (content === undefined) throw this.#bad(`the end of ${name}`)
    this.#at = end + name.length + 3
    return unescaped(content)
  }

  #bad(wanted: string): Error {
    return refused('plist', `${wanted} was expected at character ${this.#at}`)
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  const parts = text.split(/<!\[CDATA\[([\s\S]*?)\]\]>/)
  return parts.map((part, at) => (at % 2 === 1 ? part : part.replaceAll(/&(#?\w+);/g, character))).join('')
}

function character(whole: string, name: string): string {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? []
  const code =
    hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : undefined
  const known =
    code === undefined ? entities[name] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined
  if (known === undefined) throw refused('plist', `it has an unknown entity ${whole}`)
  return known
}
