// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr } from '@halite/core'
import type { IncludedSls } from './compile-error.ts'
import type { SlsCatalogue } from './state-files.ts'

/** The sls that holds an include, and the environments that apply to the minion. */
export interface Including {
  /** From the sls that was asked for to the one that includes. */
  readonly chain: readonly IncludedSls[]
  readonly matches: ReadonlyMap<string, readonly string[]>
}

/** The environment key that means every environment which applies to the minion. */
const anyEnvironment = '_xenv'

/** Finds out which sls files an entry of `include` means. */
export class Includes {
  readonly #catalogue: SlsCatalogue

  constructor(catalogue: SlsCatalogue) {
    this.#catalogue = catalogue
  }

  /** `web.conf`, `.conf`, `..base`, `{dev: web}` or `{_xenv: web}`; globs too. Pushes Salt's text to `errors` for what is none. */
  async placesOf(written: unknown, including: Including, errors: string[]): Promise<readonly IncludedSls[]> {
    const last = including.chain.at(-1)
    if (last === undefined) return []
    const { sls: from, saltenv } = last
    const [env, name] = entryOf(written, saltenv)
    if (env !== anyEnvironment && !(await this.#isKnown(env, including))) {
      errors.push(
        `Nonexistent saltenv '${env}' found in include of '${name}' within SLS '${saltenv}:${from}'`,
      )
      return []
    }
    const sls = absolute(name, last)
    if (sls === undefined) {
      errors.push(
        `Attempted relative include of '${name}' within SLS '${saltenv}:${from}' goes beyond top level package `,
      )
      return []
    }
    const found = await this.#environmentsOf(sls, env, including)
    if (found.length !== 1 && !found.includes(saltenv)) {
      errors.push(unresolved({ env, sls, found }, including))
      return []
    }
    const target = found.length === 1 ? (found[0] ?? saltenv) : saltenv
    const names = await this.#catalogue.matching(sls, saltenv)
    return names.map((one) => ({ sls: one, saltenv: target }))
  }

  async #isKnown(env: string, { matches }: Including): Promise<boolean> {
    return matches.has(env) || (await this.#catalogue.hasEnv(env))
  }

  /** The environments that have an sls. One that applies to the minion is believed to, until its file is read. */
  async #environmentsOf(sls: string, env: string, { matches }: Including): Promise<string[]> {
    if (env !== anyEnvironment) {
      return matches.has(env) || (await this.#catalogue.has(sls, env)) ? [env] : []
    }
    const found: string[] = []
    for (const one of matches.keys()) if (await this.#catalogue.has(sls, one)) found.push(one)
    return found
  }
}

function entryOf(written: unknown, saltenv: string): [env: string, name: string] {
  if (!isMap(written)) return [saltenv, pythonStr(written)]
  const [key, value] = entriesOf(written).at(-1) ?? [saltenv, '']
  return [pythonStr(key), pythonStr(value)]
}

/** The full name of an include: leading dots go up from the file that includes. Undefined when they lead above the top. */
function absolute(name: string, { sls, path }: IncludedSls): string | undefined {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/s.exec(name) ?? []
  if (dots === '') return name
  const parts = sls.split('.')
  if (path?.endsWith('/init.sls')) parts.push('init')
  if (dots.length > parts.length) return undefined
  return [...parts.slice(0, -dots.length), rest].join('.')
}

interface Unresolved {
  readonly env: string
  readonly sls: string
  readonly found: readonly string[]
}

function unresolved({ env, sls, found }: Unresolved, { matches }: Including): string {
  if (found.length > 1) {
    return `Ambiguous include: Specified SLS ${env}: ${sls} is available on the salt master in multiple available saltenvs: ${found.join(', ')}`
  }
  const searched = env === anyEnvironment ? [...matches.keys()].join(', ') : env
  return `Unknown include: Specified SLS ${env}: ${sls} is not available on the salt master in saltenv(s): ${searched} `
}
