// SPDX-License-Identifier: Apache-2.0
import { isSaltError, parseYaml } from '@halite/core'
import { Dice } from '@halite/testing'
import { describe, expect, it } from 'vitest'
import { render } from './rendering.ts'

/** Pieces that templates are made of, and that stand where they must not. */
const templateParts =
  '{{|}}|{%|%}|{%-|-%}|{#|#}|{{-|-}}|if|else|endif|for|in|endfor|set|macro|endmacro|block|endblock|do|raw|endraw|filter|endfilter|call|' +
  "x|y.z|x[0]|x[1:]|'a'|\"b|'c|1|1.5|0x1f|1e5|none|true|not|and|or|is|defined|+|-|*|**|/|//|%|~|==|!=|<|>=|(|)|[|]|{|}|,|:|.|=|\\|upper|" +
  '\\|join(|recursive|with|context|import|include|extends|as|loop|caller|ä|\u0000|\u2028|😀|\n|\t| |  |#|##|$|`|\\\\|\\n|%s|__class__'

/** Pieces that YAML is made of. */
const yamlParts =
  'a|b: |: |- |-|? |[|]|{|}|,|"|\'|\\|\\|\n|>\n|&x |*x|<<: |!!int |!t |#|# c|\n|\n  |\n    |\t|---\n|...\n|%YAML 1.1\n|1|0x1|0o7|07|1.5|.inf|~|null|' +
  'true|y|2020-01-01|12:30|=|é|\u0000|\u2028|😀|@|`|%|!|||||\\\\|\\x'

const rounds = 4000

function made(dice: Dice, parts: readonly string[]): string {
  return Array.from({ length: dice.below(30) }, () => parts[dice.below(parts.length)] ?? '').join(
    dice.below(2) === 0 ? '' : ' ',
  )
}

function partsOf(text: string): string[] {
  return text
    .split(/(?<!\\)\|/)
    .map((part) => part.replaceAll('\\|', '|'))
    .filter((part) => part !== '')
}

describe('whatever is written, there is data or an error that says why', () => {
  it('in a template', async () => {
    const parts = partsOf(templateParts)
    const dice = new Dice(11)
    for (let round = 0; round < rounds; round++) {
      const template = made(dice, parts)
      const outcome = await render(template, { context: { x: [1, 2], y: { z: 'a' } } }).catch(
        (error: unknown) => error,
      )
      if (typeof outcome !== 'string') expect(isSaltError(outcome, 'TEMPLATE_FAILED'), template).toBe(true)
    }
  })

  it('in a YAML document', () => {
    const parts = partsOf(yamlParts)
    const dice = new Dice(12)
    for (let round = 0; round < rounds; round++) {
      const text = made(dice, parts)
      try {
        parseYaml(text, 'fuzz')
      } catch (error) {
        expect(isSaltError(error, 'YAML_INVALID') || isSaltError(error, 'VALUE_TOO_LARGE'), text).toBe(true)
      }
    }
  })
})
