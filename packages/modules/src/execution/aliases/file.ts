// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import type { ExecContext } from '@halite/loader'

interface Line {
  readonly text: string
  /** Absent for comments and blank lines. */
  readonly alias?: string
  readonly target?: string
  /** What stands behind the target. */
  readonly note?: string
}

/** An alias that is to have a target; without one it is to go. */
export interface AliasChange {
  readonly alias: string
  readonly target?: string
}

/** The aliases and their targets; where a name stands twice, the last one. */
export async function readAliases(ctx: ExecContext): Promise<ReadonlyMap<string, string>> {
  const lines = linesIn((await ctx.fs.readTextIfThere(await pathOf(ctx))) ?? '')
  return new Map(lines.flatMap(({ alias, target }) => (alias === undefined ? [] : [[alias, target ?? '']])))
}

/** Changes one alias; all other lines stay as they are. Then `newaliases` runs, where there is one. */
export async function changeAliases(ctx: ExecContext, { alias, target }: AliasChange): Promise<void> {
  const path = await pathOf(ctx)
  const before = (await ctx.fs.readTextIfThere(path)) ?? ''
  const lines = linesIn(before)
  const found = lines.find((line) => line.alias === alias)
  if (found?.target === target) return
  const written = target === undefined ? [] : [`${alias}: ${target}${found?.note ?? ''}`]
  const kept = lines.flatMap((line) => {
    if (line.alias !== alias) return [line.text]
    return line === found ? written : []
  })
  const all = found === undefined ? [...kept, ...written] : kept
  await ctx.fs.write(path, all.map((line) => `${line}\n`).join(''))
  const program = ctx.which('newaliases')
  if (program !== undefined) await ctx.run.output([program])
}

/** The file itself, and not a link to it. */
async function pathOf(ctx: ExecContext): Promise<string> {
  const path = pythonStr(await ctx.call('config.option', { value: 'aliases.file' })) || '/etc/aliases'
  return (await ctx.fs.exists(path)) ? ctx.fs.realPath(path) : path
}

/** A line that begins with a blank goes on with the one before it. */
function linesIn(text: string): Line[] {
  const whole = text.replace(/\n$/, '').replace(/\n[ \t]+(?=\S)/g, '\0')
  if (whole === '') return []
  return whole.split('\n').map((line) => {
    const [, alias, target, note] = /^([^:#\s][^:#]*?)\s*:\s*(.*?)(\s+#.*)?$/s.exec(line) ?? []
    const shown = line.replaceAll('\0', '\n\t')
    if (alias === undefined) return { text: shown }
    return { text: shown, alias, target: (target ?? '').replaceAll('\0', ' '), ...(note && { note }) }
  })
}
