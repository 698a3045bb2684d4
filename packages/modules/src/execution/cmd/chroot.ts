// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { distrustOf, messageOf, SaltError, signalProcess } from '@halite/core'
import type { ExecContext, Values } from '@halite/loader'
import type { chrootArguments } from './arguments.ts'
import { commandOf } from './call.ts'
import type { Outcome } from './command.ts'
import { runCommand } from './run-command.ts'

type ChrootValues = Values<typeof chrootArguments>

interface Mount {
  readonly at: string
  /** Behind `mount`. */
  readonly options: readonly string[]
}

const killPauseMs = 200

/**
 * Runs a shell line inside another root, with `/dev`, `/proc`, `/sys` and the directories of `binds` mounted there. What
 * still runs in it afterwards is ended, and what was mounted is unmounted, whatever happens. Rejects as `runCommand`, and
 * with `COMMAND_FAILED` when something cannot be mounted.
 */
export async function runChroot(ctx: ExecContext, values: ChrootValues): Promise<Outcome> {
  const { root, binds, cmd, runas, group, ...others } = values
  const directory = await otherRoot(ctx, root)
  const mounted: Mount[] = []
  const notes: (() => void)[] = []
  try {
    const mounts = mountsOf(directory, binds)
    for (const { at } of mounts) await checkMountPoint(ctx, at)
    for (const mount of mounts) if (await mountOnce(ctx, mount, notes)) mounted.unshift(mount)
    notes.push(ctx.leftovers.note({ kind: 'root', path: directory }))
    const line = typeof cmd === 'string' ? cmd : cmd.join(' ')
    const userspec = runas === undefined ? [] : [`--userspec=${runas}:${group ?? ''}`]
    const argv = ['chroot', ...userspec, directory, await shellIn(ctx, directory), '-c', line]
    return await runCommand(
      ctx,
      await commandOf(ctx, 'cmd.run_chroot', { ...others, redirect_stderr: false, cmd: argv }),
    )
  } finally {
    await endProcessesIn(ctx, directory)
    for (const { at } of mounted) await unmount(ctx, at)
    for (const takeBack of notes) takeBack()
  }
}

/** The directory without links, as the system names it. What runs in it is ended, so it must not be our own root. */
async function otherRoot({ fs }: ExecContext, root: string): Promise<string> {
  if (!(await fs.exists(root))) throw new SaltError('COMMAND_FAILED', `the root ${root} does not exist`)
  const directory = await fs.realPath(root)
  if (directory !== '/') return directory
  throw new SaltError('COMMAND_FAILED', `the root ${root} is the root of this system`)
}

function mountsOf(root: string, binds: readonly string[]): Mount[] {
  return [
    { at: join(root, 'dev'), options: ['-t', 'devtmpfs', 'devtmpfs'] },
    { at: join(root, 'proc'), options: ['-t', 'proc', 'proc'] },
    { at: join(root, 'sys'), options: ['-t', 'sysfs', 'sysfs'] },
    ...binds.map((path) => ({ at: join(root, path), options: ['--bind', path] })),
  ]
}

/** Who can exchange a directory there for a link decides what of this system is covered by the mount. */
async function checkMountPoint({ fs }: ExecContext, at: string): Promise<void> {
  if ((await fs.exists(at)) && (await fs.realPath(at)) !== at) {
    throw new SaltError(
      'COMMAND_FAILED',
      `nothing is mounted on ${at}: it is reached through a symbolic link`,
    )
  }
  const distrust = distrustOf(at)
  if (distrust === undefined) return
  throw new SaltError('COMMAND_FAILED', `nothing is mounted on ${at}: ${distrust.path} ${distrust.why}`, {
    hint: 'The other root and the directories above it have to belong to root.',
  })
}

async function shellIn({ fs }: ExecContext, root: string): Promise<string> {
  return (await fs.exists(join(root, 'bin/bash'))) ? '/bin/bash' : '/bin/sh'
}

/** Whether it was mounted by this call, and has to be unmounted by it. */
async function mountOnce(ctx: ExecContext, { at, options }: Mount, notes: (() => void)[]): Promise<boolean> {
  if ((await mountPoints(ctx)).has(at)) return false
  notes.push(ctx.leftovers.note({ kind: 'mount', path: at }))
  const { retcode, stderr } = await ctx.run(['mount', ...options, at])
  if (retcode === 0) return true
  throw new SaltError('COMMAND_FAILED', `${at} cannot be mounted: ${stderr.toString().trim()}`)
}

async function unmount(ctx: ExecContext, at: string): Promise<void> {
  try {
    // Not with the signal of the job: a job that was killed leaves nothing mounted.
    const { retcode, stderr } = await ctx.run(['umount', at], { signal: new AbortController().signal })
    if (retcode !== 0) ctx.log.error('cannot be unmounted', { at, reason: stderr.toString().trim() })
  } catch (error) {
    ctx.log.error('cannot be unmounted', { at, reason: messageOf(error) })
  }
}

async function mountPoints({ fs }: ExecContext): Promise<Set<string>> {
  const lines = await fs.readLines('/proc/self/mounts')
  return new Set(lines.map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' ')))
}

/** Asks three times, then kills. */
async function endProcessesIn(ctx: ExecContext, root: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGKILL'] as const) {
    const pids = await processesIn(ctx, root)
    if (pids.length === 0) return
    for (const pid of pids) signalProcess(pid, signal)
    await delay(killPauseMs)
  }
}

async function processesIn(ctx: ExecContext, root: string): Promise<number[]> {
  const pids = (await ctx.fs.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const roots = await Promise.all(pids.map((pid) => rootOf(ctx, pid)))
  return pids.filter((_pid, index) => roots[index] === root)
}

/** Undefined for one that has ended meanwhile, or belongs to somebody else. */
async function rootOf({ fs }: ExecContext, pid: number): Promise<string | undefined> {
  return fs.readLink(`/proc/${pid}/root`).catch(() => undefined)
}
