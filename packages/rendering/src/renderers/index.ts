// SPDX-License-Identifier: Apache-2.0
import type { Renderer } from '@halite/loader'
import { gpg } from './gpg.ts'
import { jinja } from './jinja.ts'
import { js } from './js.ts'
import { json } from './json.ts'
import { text } from './text.ts'
import { toml } from './toml.ts'
import { yaml } from './yaml.ts'

/** The renderers that work on text alone, by name. */
export const pureRenderers: ReadonlyMap<string, Renderer> = new Map(
  [jinja, json, text, toml, yaml].map((renderer) => [renderer.name, renderer]),
)

export { gpg, jinja, js, json, text, toml, yaml }
