// SPDX-License-Identifier: Apache-2.0
import type { ParserOptions, Section } from './configparser-options.ts'
import { refused } from './refused.ts'

interface Read {
  readonly sections: ReadonlyMap<string, Section>
  readonly defaults: Section
}

/** The lines of values are joined when all are read: a value may go on over several lines. */
type Lines = Map<string, string[] | null>

/** Reads the text of a configuration file as Python's `configparser` does. */
export function readSections(text: string, options: ParserOptions): Read {
  const reader = new SectionReader(options)
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) reader.read(line, index + 1)
  return reader.result()
}

class SectionReader {
  readonly #options: ParserOptions
  readonly #setting: RegExp
  readonly #sections = new Map<string, Lines>()
  readonly #defaults: Lines
  #section: Lines | undefined
  #name = ''
  #key: string | undefined
  #indent = 0

  constructor(options: ParserOptions) {
    this.#options = options
    const delimiters = options.delimiters.map(escaped).join('|')
    this.#setting = new RegExp(`^(.*?)\\s*(?:(?:${delimiters})\\s*(.*))?$`, 's')
    this.#defaults = new Map(
      [...options.defaults].map(([key, value]) => [key, value === null ? null : [value]]),
    )
  }

  read(whole: string, number: number): void {
    const line = this.#withoutComment(whole)
    const value = line.trim()
    if (value === '') {
      this.#readEmpty(line === whole)
      return
    }
    const indent = line.length - line.trimStart().length
    const lines = this.#key === undefined ? undefined : this.#section?.get(this.#key)
    if (lines && indent > this.#indent) {
      lines.push(value)
      return
    }
    this.#indent = indent
    const header = /^\[(.+)\]/.exec(value)?.[1]
    if (header === undefined) this.#readSetting(value, number)
    else this.#open(header, number)
  }

  result(): Read {
    const joined = (lines: Lines): Section =>
      new Map([...lines].map(([key, parts]) => [key, parts === null ? null : parts.join('\n').trimEnd()]))
    return {
      sections: new Map([...this.#sections].map(([name, lines]) => [name, joined(lines)])),
      defaults: joined(this.#defaults),
    }
  }

  #withoutComment(line: string): string {
    const { commentPrefixes, inlinePrefixes } = this.#options
    if (commentPrefixes.some((prefix) => line.trimStart().startsWith(prefix))) return ''
    const starts = inlinePrefixes
      .map((prefix) => new RegExp(`(?:^|\\s)${escaped(prefix)}`).exec(line)?.index ?? -1)
      .filter((at) => at >= 0)
    return starts.length === 0 ? line : line.slice(0, Math.min(...starts))
  }

  #readEmpty(isBlank: boolean): void {
    if (!this.#options.keepsEmptyLines) {
      this.#indent = Number.MAX_SAFE_INTEGER
      return
    }
    if (isBlank && this.#key !== undefined) this.#section?.get(this.#key)?.push('')
  }

  #open(name: string, number: number): void {
    const { isStrict, defaultSection } = this.#options
    const known = name === defaultSection ? this.#defaults : this.#sections.get(name)
    if (known !== undefined && known !== this.#defaults && isStrict)
      throw refused('configparser', `line ${number}: section '${name}' already exists`)
    this.#section = known ?? new Map()
    if (known === undefined) this.#sections.set(name, this.#section)
    this.#name = name
    this.#key = undefined
  }

  #readSetting(text: string, number: number): void {
    if (this.#section === undefined)
      throw refused('configparser', `File contains no section headers: line ${number}, '${text}'`)
    const [, name = '', value] = this.#setting.exec(text) ?? []
    if (name === '' || (value === undefined && !this.#options.allowsNoValue))
      throw refused('configparser', `Source contains parsing errors: line ${number}, '${text}'`)
    const key = name.toLowerCase()
    const isDefault = this.#section === this.#defaults
    if (this.#options.isStrict && this.#section.has(key) && !(isDefault && this.#options.defaults.has(key)))
      throw refused(
        'configparser',
        `line ${number}: option '${key}' in section '${this.#name}' already exists`,
      )
    this.#section.set(key, value === undefined ? null : [value.trim()])
    this.#key = key
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
