// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import type { RenderSls } from '@halite/states'

/** Renders sls files with the functions, facts and files of a context. */
export function slsRenderer({ render }: ExecContext): RenderSls {
  return async ({ text, path, localPath, sls, saltenv }) => {
    const { data } = await render.data({ text, name: path, path: localPath, sls, saltenv })
    return data
  }
}
