// SPDX-License-Identifier: Apache-2.0
import { pythonTypeName, SaltError } from '@halite/core'
import type { RenderScope } from '@halite/loader'

/** The input of a renderer that reads text. Throws `RENDERER_UNKNOWN` for data, which an earlier renderer made. */
export function textInput(input: unknown, renderer: string, { name }: RenderScope): string {
  if (typeof input === 'string') return input
  const problem = `the renderer before it gave data (${pythonTypeName(input)}), not text`
  throw new SaltError('RENDERER_UNKNOWN', `${name}: the renderer '${renderer}' cannot be used: ${problem}`, {
    hint: 'Correct the order of the renderers in the first line of the file.',
  })
}
