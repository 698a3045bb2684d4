// SPDX-License-Identifier: Apache-2.0
import { sizeOf } from '@halite/core'
import { KeptContents } from './kept-contents.ts'
import type { SlsSource } from './sls-files.ts'
import type { SlsScope } from './sls-scope.ts'

/** Places that one file is rendered in: environments, and names it is included by. */
const maxPlaces = 64

/** What templates gave, by the place that they were rendered in, for as long as their text is kept. */
export class KeptByPlace {
  readonly #kept = new WeakMap<SlsSource, Map<string, KeptContents>>()

  /** What is kept for a file in its place; undefined where the result depends on more than the grains of a minion. */
  of(
    source: SlsSource,
    { defaults, pillar, pillarenv = '', statesEnv = '', saltenv, sls }: SlsScope,
  ): KeptContents | undefined {
    if (defaults !== undefined || sizeOf(pillar) > 0) return undefined
    const byPlace = this.#kept.get(source) ?? new Map<string, KeptContents>()
    this.#kept.set(source, byPlace)
    const place = [pillarenv, statesEnv, saltenv, sls].join('\0')
    const kept = byPlace.get(place) ?? new KeptContents()
    if (byPlace.size < maxPlaces) byPlace.set(place, kept)
    return kept
  }
}
