// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

const secondsOfDay = 86_400

/** Since when the machine runs. */
export async function uptime(ctx: ExecContext): Promise<Readonly<Record<string, unknown>>> {
  const [text] = (await ctx.fs.readText('/proc/uptime')).split(' ')
  const seconds = Math.floor(Number(text))
  const nowMs = Date.now()
  const bootMs = nowMs - seconds * 1000
  const rest = seconds % secondsOfDay
  return {
    seconds,
    since_iso: new Date(bootMs).toISOString().replace('Z', '000'),
    since_t: Math.floor(bootMs / 1000),
    days: Math.floor(seconds / secondsOfDay),
    time: `${Math.floor(rest / 3600)}:${Math.floor((rest % 3600) / 60)}`,
    ...(await users(ctx)),
  }
}

async function users(ctx: ExecContext): Promise<{ readonly users?: number }> {
  if (ctx.which('who') === undefined) return {}
  const lines = await ctx.run.lines(['who', '-s'])
  return { users: lines.filter((line) => line.trim() !== '').length }
}
