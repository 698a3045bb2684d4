// SPDX-License-Identifier: Apache-2.0
import { nearestName, SaltError } from '@halite/core'
import type { Option, OptionTable, OptionValues, SaltOption, Tool } from './option.ts'
import { initialValue, type Value, valueFromText } from './value.ts'

/** A command line, read. */
export interface Parsed<T extends OptionTable = OptionTable> {
  readonly options: OptionValues<T>
  /** Everything that is neither an option nor its value, in order. */
  readonly words: readonly string[]
  /** The options that the command line names; the others hold their default. */
  readonly given: ReadonlySet<keyof T>
  /** One line for each option of Salt that was given in vain. */
  readonly ignored: readonly string[]
}

export interface ParseContext {
  /** Where options with an environment variable take their default; `process.env` unless given. */
  readonly env?: NodeJS.ProcessEnv
  /** Words that came later (`--args-stdin`): options among them count too, even after a `--` in `argv`. */
  readonly more?: readonly string[]
}

/**
 * Reads a command line by the tool's table, as Python's optparse does: options stand anywhere among the words, `--`
 * ends them, long names may be shortened while unique, short flags may be joined (`-yA`), and a value follows attached
 * or as the next word (`-t5`, `-t 5`, `--timeout=5`, `--timeout 5`), even one that begins with a dash.
 * An option marked `final` ends the reading. Throws `USAGE` with optparse's message.
 */
export function parseCommandLine<T extends OptionTable>(
  tool: Tool<T>,
  argv: readonly string[],
  context: ParseContext = {},
): Parsed<T> {
  const reading = new Reading(tool, context.env ?? process.env)
  reading.read(argv)
  reading.read(context.more ?? [])
  const { noWords } = tool
  if (noWords !== undefined && reading.words.length > 0)
    reading.ignored.push(`${reading.words.map((word) => `'${word}'`).join(', ')} is ignored: ${noWords}`)
  return {
    options: Object.fromEntries(reading.values) as OptionValues<T>,
    words: reading.words,
    given: reading.given,
    ignored: reading.ignored,
  }
}

/**
 * What a command line overrides in the configuration: key → value, for the options that were given and have a key.
 * A value the user did not type never wins over the file.
 */
export function configOverrides<T extends OptionTable>(
  tool: Tool<T>,
  parsed: Parsed<T>,
): Record<string, unknown> {
  const overrides: Record<string, unknown> = {}
  for (const key of parsed.given) {
    const { config, toConfig } = tool.options[key] ?? {}
    const value = parsed.options[key]
    if (config !== undefined) overrides[config] = toConfig === undefined ? value : toConfig(String(value))
  }
  return overrides
}

/** An option under the property that holds its value. */
interface Named {
  readonly key: string
  readonly option: Option
  /** It is one of Salt that this tool does not have. */
  readonly ofSalt?: SaltOption
}

function namedOfSalt(ofSalt: SaltOption): Named {
  const { names, takesValue = false } = ofSalt
  const base = { names, doc: '', group: 'General options' } as const
  const option: Option = takesValue ? { ...base, type: 'text', value: '' } : { ...base, type: 'flag' }
  return { key: `salt: ${names[0]}`, option, ofSalt }
}

class Reading {
  readonly values = new Map<string, Value>()
  readonly words: string[] = []
  readonly given = new Set<string>()
  readonly ignored: string[] = []
  readonly #byName = new Map<string, Named>()
  #rest: string[] = []

  constructor({ options, saltOptions = [] }: Tool, env: NodeJS.ProcessEnv) {
    for (const ofSalt of saltOptions) this.#know(ofSalt, namedOfSalt(ofSalt))
    for (const [key, option] of Object.entries(options)) {
      this.values.set(key, initialValue(option, env))
      this.#know(option, { key, option })
    }
  }

  #know({ names, short }: Pick<Option, 'names' | 'short'>, named: Named): void {
    if (short !== undefined) this.#byName.set(`-${short}`, named)
    for (const name of names) this.#byName.set(`--${name}`, named)
  }

  read(argv: readonly string[]): void {
    this.#rest = [...argv]
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word === '--') {
        this.words.push(...this.#rest)
        return
      }
      if (word.startsWith('--')) this.#readLong(word)
      else if (word.startsWith('-') && word.length > 1) this.#readShort(word)
      else this.words.push(word)
    }
  }

  #readLong(word: string): void {
    const equals = word.indexOf('=')
    const typed = equals < 0 ? word : word.slice(0, equals)
    const attached = equals < 0 ? undefined : word.slice(equals + 1)
    const { name, found } = this.#findLong(typed)
    if (found.option.type !== 'flag') this.#set(found, name, attached ?? this.#nextWord(name))
    else if (attached === undefined) this.#raise(found, name)
    else throw usage(`${name} option does not take a value`)
  }

  #findLong(typed: string): { name: string; found: Named } {
    const exact = this.#byName.get(typed)
    if (exact !== undefined) return { name: typed, found: exact }
    const names = [...this.#byName.keys()].filter((name) => name.startsWith(typed)).sort()
    const found = names.map((name) => this.#byName.get(name) as Named)
    const [name] = names
    const [first] = found
    if (name === undefined || first === undefined) throw this.#unknown(typed)
    if (found.some((other) => other.key !== first.key)) {
      throw usage(`ambiguous option: ${typed} (${names.join(', ')}?)`)
    }
    return { name, found: first }
  }

  #readShort(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const name = `-${word[at]}`
      const found = this.#byName.get(name)
      if (found === undefined) throw this.#unknown(name)
      if (found.option.type !== 'flag') {
        const attached = word.slice(at + 1)
        this.#set(found, name, attached === '' ? this.#nextWord(name) : attached)
        return
      }
      this.#raise(found, name)
    }
  }

  #nextWord(name: string): string {
    const word = this.#rest.shift()
    if (word === undefined) throw usage(`${name} option requires 1 argument`)
    return word
  }

  #raise({ key, option, ofSalt }: Named, name: string): void {
    if (ofSalt !== undefined) {
      this.#passOver(ofSalt, name)
      return
    }
    this.values.set(key, true)
    this.given.add(key)
    if (option.final) this.#rest = []
  }

  #set({ key, option, ofSalt }: Named, name: string, text: string): void {
    if (ofSalt !== undefined) {
      this.#passOver(ofSalt, name)
      return
    }
    const earlier = this.given.has(key) ? this.values.get(key) : undefined
    this.values.set(key, valueFromText(option, { name, text, earlier }))
    this.given.add(key)
  }

  #passOver({ treatment, because }: SaltOption, name: string): void {
    if (treatment === 'refused') throw usage(`${name} is an option of Salt that is not built: ${because}`)
    this.ignored.push(`${name} is ignored: ${because}`)
  }

  #unknown(name: string): SaltError {
    const like = nearestName(name, this.#byName.keys())
    return usage(`no such option: ${name}`, like === undefined ? undefined : `Did you mean ${like}?`)
  }
}

function usage(message: string, hint?: string): SaltError {
  return new SaltError('USAGE', message, hint === undefined ? {} : { hint })
}
