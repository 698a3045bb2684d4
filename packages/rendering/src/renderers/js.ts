// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError } from '@halite/core'
import { defineRenderer, type RenderScope } from '@halite/loader'
import { textInput } from './input.ts'

/** The renderer `js`. */
export const js = defineRenderer({
  name: 'js',
  doc: 'An ES module whose default export is the data, or a function that makes it: `#!js`. It may import `node:` modules alone.',
  render: async (input, scope) => {
    const exported = await importText(textInput(input, 'js', scope), scope)
    if (typeof exported !== 'function') return exported
    const { grains, pillar, opts } = scope.context
    const { saltenv, sls, ctx } = scope
    try {
      return await exported({ ...scope.context, call: ctx?.call, grains, pillar, opts, saltenv, sls })
    } catch (error) {
      throw failure(scope, messageOf(error), error)
    }
  },
})

/** A module without a place: it can import nothing that lies beside it. */
async function importText(text: string, scope: RenderScope): Promise<unknown> {
  const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(`${text}\n//# sourceURL=${scope.name}`)}`
  let exported: { readonly default?: unknown }
  try {
    exported = await import(url)
  } catch (error) {
    throw failure(scope, messageOf(error), error)
  }
  if (exported.default !== undefined) return exported.default
  throw failure(scope, 'it has no default export', undefined)
}

function failure({ name }: RenderScope, reason: string, cause: unknown): SaltError {
  return new SaltError('RENDER_FAILED', `${name}: ${reason}`, {
    hint: 'Its default export is the data, or `({ grains, pillar, call }) => data`.',
    cause,
  })
}
