// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import type { TemplateFiles } from '../jinja/engine.ts'

/** Key of the texts that a job has read, in its `memo`. */
const memoKey = 'rendering/files'

/** What templates include, from the file server. A job reads each file once: all its templates see the same text. */
export function templateFiles(ctx: ExecContext, saltenv: string): TemplateFiles {
  return {
    read(path) {
      const texts = textsOf(ctx)
      const key = `${saltenv}\0${path}`
      const known = texts.get(key)
      if (known !== undefined) return known
      const text = fetchText(ctx, path, saltenv)
      texts.set(key, text)
      return text
    },
  }
}

function textsOf({ memo }: ExecContext): Map<string, Promise<string | undefined>> {
  const known = memo.get(memoKey) as Map<string, Promise<string | undefined>> | undefined
  if (known !== undefined) return known
  const texts = new Map<string, Promise<string | undefined>>()
  memo.set(memoKey, texts)
  return texts
}

async function fetchText(ctx: ExecContext, path: string, saltenv: string): Promise<string | undefined> {
  const copy = await ctx.files.cacheFile(`salt://|${path}`, { saltenv })
  return copy === undefined ? undefined : ctx.fs.readText(copy)
}
