// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRecord, pack, parseJid, unpack } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** The key that means every id of a run. */
const everyId = '__all__'
/** How often a run of quick states looks whether somebody paused it, and a paused one whether it may go on. */
const lookMs = 250
/** Between states that follow each other so quickly it is not looked each time. */
const quickMs = 5

/** What was asked of an id of a run; times in seconds. */
export interface Pause {
  readonly duration?: number
  readonly kill?: true
}

type Pauses = Readonly<Record<string, Pause>>

/** `state.pause`: the run stops before an id, or at its next state, until it is resumed or the time is over. */
export async function pauseRun(
  ctx: ExecContext,
  { jid, id = everyId, duration }: { jid: string; id?: string | undefined; duration?: number | undefined },
): Promise<void> {
  await change(ctx, jid, (pauses) => ({ ...pauses, [id]: duration === undefined ? {} : { duration } }))
}

/** `state.soft_kill`: the run ends before an id, or at its next state. */
export async function killRun(ctx: ExecContext, jid: string, id: string = everyId): Promise<void> {
  await change(ctx, jid, (pauses) => ({ ...pauses, [id]: { kill: true } }))
}

/** `state.resume`. */
export async function resumeRun(ctx: ExecContext, jid: string, id: string = everyId): Promise<void> {
  await change(ctx, jid, ({ [id]: _, ...others }) => (id === everyId ? {} : others))
}

/** `state.get_pauses`: by run. What is left of runs that are over is removed. */
export async function pausesOf(
  ctx: ExecContext,
  wanted: readonly string[],
): Promise<Readonly<Record<string, Pauses>>> {
  const directory = folder(ctx)
  const names = (await ctx.fs.isDirectory(directory)) ? await ctx.fs.list(directory) : []
  const running = new Set((await ctx.daemon?.runningJobs())?.map(({ jid }) => jid))
  const found: Record<string, Pauses> = {}
  for (const jid of names.filter((name) => wanted.length === 0 || wanted.includes(name))) {
    if (running.has(jid)) found[jid] = await read(ctx, join(directory, jid))
    else await ctx.fs.remove(join(directory, jid))
  }
  return found
}

/** What a run asks before each of its states: waits while it is paused there. */
export function pauseGate(ctx: ExecContext): (id: string) => Promise<'run' | 'kill'> {
  const path = pathOf(ctx)
  let looked = 0
  let asked = 0
  return async (id) => {
    const started = performance.now()
    const isQuick = started - asked < quickMs
    asked = started
    if (path === undefined || (isQuick && started - looked < lookMs)) return 'run'
    looked = started
    for (;;) {
      const pauses = await read(ctx, path)
      const pause = pauses[id] ?? pauses[everyId]
      if (pause?.kill) return 'kill'
      const isOver = pause?.duration !== undefined && performance.now() - started > pause.duration * 1000
      if (pause === undefined || isOver) return 'run'
      await sleep(lookMs, undefined, { signal: ctx.signal })
    }
  }
}

/** Removes what was asked of a run that is over. */
export async function forgetPauses(ctx: ExecContext): Promise<void> {
  const path = pathOf(ctx)
  if (path !== undefined) await ctx.fs.remove(path)
}

/** Where somebody would have asked it of this run; undefined for one that nobody can name, as of `salt-call`. */
function pathOf(ctx: ExecContext): string | undefined {
  const { job, daemon, master } = ctx
  return job === undefined || (daemon ?? master) === undefined ? undefined : join(folder(ctx), job.jid)
}

async function change(ctx: ExecContext, jid: string, make: (pauses: Pauses) => Pauses): Promise<void> {
  const path = join(folder(ctx), parseJid(jid))
  const pauses = make(await read(ctx, path))
  await ctx.fs.makeDirectory(folder(ctx), { parents: true, mode: 0o700 })
  await ctx.fs.write(path, pack(pauses), { mode: 0o600 })
}

async function read(ctx: ExecContext, path: string): Promise<Pauses> {
  if (!(await ctx.fs.isFile(path))) return {}
  const value = unpack(await ctx.fs.read(path))
  // Written above; in the cache directory of the minion, which is its own.
  return isRecord(value) ? (value as Pauses) : {}
}

function folder({ options }: ExecContext): string {
  return join(String(options['cachedir']), 'state_pause')
}
