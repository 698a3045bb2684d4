// SPDX-License-Identifier: Apache-2.0
import { pythonStr, pythonTypeName } from '@halite/core'
import { withoutStart } from '../../execution/file/comment-line.ts'

/** How keys are found and counted. */
export interface KeyOptions {
  readonly separator: string
  readonly count: number
  readonly uncomment?: string | undefined
  readonly key_ignore_case: boolean
  readonly value_ignore_case: boolean
  /** A text as the lines hold it. */
  written(text: string): string
}

interface Key {
  readonly name: string
  readonly value: unknown
  readonly text: string
  /** Lines that may still be kept; below 0 any number. */
  left: number
}

/** Lines of keys and values, while some keys are given values. */
export class KeyEdit {
  /** Lines that changed. */
  changes = 0
  /** Lines before and after, as `file.keyvalue` shows them. */
  readonly difference: string[] = []
  readonly #keys: readonly Key[]
  readonly #options: KeyOptions

  constructor(pairs: readonly (readonly [string, unknown])[], options: KeyOptions) {
    this.#options = options
    this.#keys = pairs.map(([name, value]) => {
      const text = options.written(pythonStr(value))
      return { name: options.written(name), value, text, left: options.count }
    })
  }

  /** The lines with these values; keys that no line has go to the end, or to the beginning, where one of both is asked. */
  edited(
    lines: readonly string[],
    { append, prepend }: { readonly append: boolean; readonly prepend: boolean },
  ): string[] {
    const content = lines.map((line) => this.#line(line))
    if (append) this.#append(content)
    else if (prepend) this.#prepend(content)
    return content
  }

  #line(given: string): string {
    const bare = this.#bare(given)
    let line = given
    for (const key of this.#keys) {
      if (!this.#cased(bare).startsWith(this.#cased(key.name))) continue
      line = this.#lineOf(key, line, bare.length < given.length)
    }
    return line
  }

  #lineOf(key: Key, line: string, isComment: boolean): string {
    const { separator } = this.#options
    const working = isComment ? this.#bare(line) : line
    const at = working.indexOf(separator)
    if (at < 0 || this.#cased(working.slice(0, at)) !== this.#cased(key.name)) return line
    if (!this.#isToChange(key, working.slice(at + separator.length), isComment)) {
      if (key.left > 0) key.left -= 1
      return line
    }
    this.difference.push(`- ${line}`)
    const changed = key.left === 0 ? '' : `${working.slice(0, at)}${separator}${key.text}\n`
    if (changed !== '') this.difference.push(this.#added(changed, key))
    this.changes += 1
    if (key.left > 0) key.left -= 1
    return changed
  }

  #isToChange(key: Key, found: string, isComment: boolean): boolean {
    const cased = (text: string) => (this.#options.value_ignore_case ? text.toLowerCase() : text).trim()
    const isSame = cased(found) === cased(key.text)
    if (isComment) return key.left > 0
    return !isSame || key.left === 0
  }

  #added(line: string, { value }: Key): string {
    return typeof value === 'string'
      ? `+ ${line}`
      : `+ ${line.trimEnd()} (from ${pythonTypeName(value)} type)\n`
  }

  #append(content: string[]): void {
    const lines = this.#missing()
    if (lines.length === 0) return
    const last = content.findLastIndex((line) => line !== '')
    if (last >= 0 && !/[\r\n]$/.test(content[last] ?? '')) content[last] += '\n'
    content.push(...lines)
    this.difference.push('- <EOF>\n', ...lines.map((line) => `+ ${line}`), '+ <EOF>\n')
  }

  #prepend(content: string[]): void {
    for (const [index, line] of this.#missing().entries()) {
      if (index === 0) this.difference.unshift('  <SOF>\n')
      this.difference.splice(1, 0, `+ ${line}`)
      content.unshift(line)
    }
  }

  #missing(): string[] {
    const lines = this.#keys
      .filter(({ left }) => left > 0)
      .map(({ name, text }) => `${name}${this.#options.separator}${text}\n`)
    this.changes += lines.length
    return lines
  }

  /** A line without the characters of a comment in front; without blanks when none are named. */
  #bare(line: string): string {
    const { uncomment } = this.#options
    return uncomment === undefined ? line.trimStart() : withoutStart(line, uncomment)
  }

  #cased(text: string): string {
    return this.#options.key_ignore_case ? text.toLowerCase() : text
  }
}
