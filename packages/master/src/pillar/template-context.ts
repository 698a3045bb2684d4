// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap } from '@halite/core'
import type { Facts } from '@halite/targeting'
import type { SlsScope } from './sls-scope.ts'
import type { StaticReads } from './static-reads.ts'

/** The names that a template sees, and what it looked at of the facts of its minion. */
export class TemplateContext {
  readonly #scope: SlsScope
  readonly #opts: Readonly<Record<string, unknown>>
  /** The template, and what it included and imported. */
  readonly #texts: StaticReads[]
  #asksGrains = false
  #asksOptions = false

  constructor(scope: SlsScope, opts: Readonly<Record<string, unknown>>, text: StaticReads) {
    this.#scope = scope
    this.#opts = opts
    this.#texts = [text]
  }

  /** A text that the template brought in. */
  add(text: StaticReads): void {
    this.#texts.push(text)
  }

  /** The names: those of the place of the file, and what is noted when it is looked at. */
  names(place: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { id, grains, pillar, pillarenv = null, statesEnv, saltenv, sls, defaults } = this.#scope
    const [text] = this.#texts
    const shownGrains = text?.isAlone && !text.all ? picked(grains, text.names) : grains
    const names = { ...textNames(defaults), pillar, saltenv, pillarenv, sls, ...place }
    return Object.defineProperties(names, {
      grains: shown(() => {
        this.#asksGrains = true
        return shownGrains
      }),
      opts: shown(() => {
        this.#asksOptions = true
        const asked = statesEnv ?? this.#opts['saltenv'] ?? null
        return { ...this.#opts, id, minion_id: id, grains, saltenv: asked, pillarenv }
      }),
    })
  }

  /** Notes what was looked at, once the template has run. */
  note(): void {
    const { reads } = this.#scope
    for (const text of this.#texts) {
      if (text.isVolatile) reads.isVolatile = true
      const asksFacts = this.#asksGrains || this.#asksOptions
      if (asksFacts) for (const name of text.names) reads.note(name)
      if (asksFacts && text.all) reads.all = true
      if (this.#asksOptions && text.readsId) reads.id = true
    }
  }
}

/** The grains that a template asks for: it is given a copy of what it sees, and there are many others. */
function picked(grains: Facts, names: readonly string[]): Facts {
  if (grains instanceof Map) return grains
  const all = grains as Readonly<Record<string, unknown>>
  return Object.fromEntries(names.filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]]))
}

function shown(get: () => unknown): PropertyDescriptor {
  return { get, enumerable: true, configurable: true }
}

/** The names that an include hands to a file; only text can be one. */
function textNames(defaults: DataMap | undefined): Readonly<Record<string, unknown>> {
  if (defaults === undefined || !isMap(defaults)) return {}
  return defaults instanceof Map
    ? Object.fromEntries([...defaults].filter(([key]) => typeof key === 'string'))
    : (defaults as Readonly<Record<string, unknown>>)
}
