// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/** Who is logged in, and what they do. Rejects when there is no program `w`. */
export async function loggedIn(ctx: ExecContext): Promise<readonly Readonly<Record<string, string>>[]> {
  const lines = await ctx.run.lines(['w', '-fh'])
  const rows = lines.filter((line) => line.trim() !== '').map((line) => line.trim().split(/\s+/))
  return rows.map(([user = '', tty = '', login = '', idle = '', jcpu = '', pcpu = '', ...what]) => ({
    user,
    tty,
    login,
    idle,
    jcpu,
    pcpu,
    what: what.join(' '),
  }))
}
