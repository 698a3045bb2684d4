// SPDX-License-Identifier: Apache-2.0
import { parseJid, SaltError, show } from '@halite/core'
import { arg, defineModule, type MasterContext, masterFn } from '@halite/loader'
import { isVersion } from '@halite/updater'
import { selectedMinions, target } from './manage/selected-minions.ts'
import { planGroups, shareOf } from './update/plan.ts'
import { type Rollout, RolloutFiles } from './update/rollout-files.ts'
import { RolloutRun } from './update/rollout-run.ts'
import { isUnderWay, type ShownRollout, shownRollout } from './update/shown-rollout.ts'

const rollout = arg.string('The id of the roll-out; default: the newest.').optional()

/** `update`: new versions for a fleet of frozen minions, a group at a time. */
export default defineModule({
  name: 'update',
  doc: 'Rolls a version out to minions that run from frozen releases, a group at a time. Not a module of Salt.',
  functions: {
    rollout: masterFn({
      doc: 'Update minions to a version with ``saltutil.update``, group by group. After each group it waits, and looks whether all that were updated are still there with the version. It halts when more minions failed than may. What it has come to is kept: ``update.resume`` goes on, also after the master was stopped. Minions that are not connected are no failures. Events begin with ``salt/update/rollout/<id>/``.',
      examples: [
        'salt-run update.rollout 3007.2',
        "salt-run update.rollout 3007.2 tgt='os:Debian' tgt_type=grain groups='canary*,10%,50%' soak=3600",
        'salt-run --async update.rollout 3007.2 fail_max=2%',
      ],
      args: {
        version: arg.string('The version.'),
        ...target,
        groups: arg
          .list(
            'Whose turn comes when. ``1`` and ``10%`` say how many of all have had theirs when the group is over; anything else is a compound target. Whoever is left comes last.',
            arg.string('A number, a percentage or a target.'),
          )
          .default(['1', '10%', '50%']),
        soak: arg.seconds('How long a group has to stay well before the next one begins.').default(300),
        fail_max: arg.string('How many minions may fail, ``3`` or ``2%`` of all.').default('0'),
        batch: arg.string('How many minions are updated at once, ``3`` or ``10%`` of all.').default('10%'),
        timeout: arg
          .seconds('After how long a minion that has not returned is asked whether it still works on it.')
          .default(300),
        allow_downgrade: arg.boolean('Let the version be older than the one that runs.').default(false),
      },
      run: begin,
    }),
    status: masterFn({
      doc: 'Return where a roll-out stands: its groups, and which minions failed or were not there, and why.',
      examples: ['salt-run update.status', 'salt-run update.status 20260101120000000000'],
      args: { rollout },
      run: async (ctx, args) => shownRollout(ctx, load(ctx, args.rollout)),
    }),
    list: masterFn({
      doc: 'Return the roll-outs that are kept, oldest first: id, version, status and reason of each.',
      examples: ['salt-run update.list'],
      run: list,
    }),
    resume: masterFn({
      doc: 'Go on with a roll-out that was halted, stopped or interrupted. Minions that were not connected have their turn again.',
      examples: ['salt-run update.resume', 'salt-run update.resume 20260101120000000000 retry=False'],
      args: {
        rollout,
        retry: arg
          .boolean('Try minions again that failed; else they are passed over, and counted no more.')
          .default(true),
      },
      run: resume,
    }),
    stop: masterFn({
      doc: 'Have a roll-out begin nothing more; minions that are being updated go on to their end. Returns where it stands.',
      examples: ['salt-run update.stop', "salt-run update.stop reason='the database is slow'"],
      args: {
        rollout,
        reason: arg.string('Why, for those who ask where it stands.').default('by update.stop'),
      },
      run: stop,
    }),
  },
})

interface BeginArguments {
  readonly version: string
  readonly tgt: string | readonly string[]
  readonly tgt_type: string
  readonly groups: readonly string[]
  readonly soak: number
  readonly fail_max: string
  readonly batch: string
  readonly timeout: number
  readonly allow_downgrade: boolean
}

async function begin(ctx: MasterContext, args: BeginArguments): Promise<unknown> {
  const { version, tgt, tgt_type, groups } = args
  if (!isVersion(version))
    throw new SaltError('ARGUMENTS_INVALID', `${show(version)} is not a version`, {
      hint: 'Write it as in the name of the release: 3007.2',
    })
  const ids = (await selectedMinions(ctx, { tgt, tgt_type })).map(({ id }) => id)
  if (ids.length === 0) throw new SaltError('TARGET_INVALID', `no accepted minion matches ${show(tgt)}`)
  const select = async (tgt: string) => {
    const found = await selectedMinions(ctx, { tgt, tgt_type: 'compound' })
    return new Set<string>(found.map(({ id }) => id))
  }
  const planned = await planGroups({ ids, version, groups, select })
  const { soak, timeout, allow_downgrade } = args
  const most = shareOf(args.fail_max, ids.length)
  const batch = Math.max(1, shareOf(args.batch, ids.length))
  return drive(ctx, () => ({
    ...{ id: filesOf(ctx).nextId(), version, tgt: asWritten(tgt), tgt_type, soak, timeout, allow_downgrade },
    ...{ status: 'running', reason: '', pid: process.pid },
    ...{ fail_max: most, batch },
    groups: planned.map(({ name, minions }) => ({
      name,
      status: 'pending',
      minions: minions.map((id) => ({ id, state: 'pending', reason: '' })),
    })),
  }))
}

function asWritten(tgt: string | readonly string[]): string | string[] {
  return typeof tgt === 'string' ? tgt : [...tgt]
}

async function resume(
  ctx: MasterContext,
  args: { readonly rollout: string | undefined; readonly retry: boolean },
): Promise<unknown> {
  return drive(ctx, () => {
    const found = load(ctx, args.rollout)
    for (const group of found.groups) {
      for (const minion of group.minions) {
        if (minion.state === 'absent' || (minion.state === 'failed' && args.retry)) minion.state = 'pending'
        else if (minion.state === 'failed') minion.state = 'passed over'
      }
      if (group.minions.some(({ state }) => state === 'pending')) group.status = 'pending'
    }
    return { ...found, pid: process.pid }
  })
}

/** Works on a roll-out while no other one does. */
async function drive(ctx: MasterContext, prepare: () => Rollout): Promise<unknown> {
  const files = filesOf(ctx)
  const lock = files.lock()
  try {
    const result = await new RolloutRun(ctx, files, prepare()).run()
    files.prune()
    const data = await shownRollout(ctx, result)
    return { data, outputter: 'nested', retcode: result.status === 'done' && !hasFailed(data) ? 0 : 1 }
  } finally {
    lock.release()
  }
}

function hasFailed({ failed }: ShownRollout): boolean {
  return Object.keys(failed).length > 0
}

async function list(ctx: MasterContext): Promise<readonly unknown[]> {
  const files = filesOf(ctx)
  const shown = files.ids().map(async (id) => {
    try {
      const { version, status, reason } = await shownRollout(ctx, files.load(id))
      return { rollout: id, version, status, reason }
    } catch (error) {
      return { rollout: id, status: 'unreadable', reason: error instanceof Error ? error.message : '' }
    }
  })
  return Promise.all(shown)
}

async function stop(
  ctx: MasterContext,
  args: { readonly rollout: string | undefined; readonly reason: string },
): Promise<ShownRollout> {
  const files = filesOf(ctx)
  const found = load(ctx, args.rollout)
  if (await isUnderWay(ctx, found)) files.requestStop(found.id, args.reason.slice(0, 4096))
  else if (found.status !== 'done' && found.status !== 'stopped')
    files.save({ ...found, status: 'stopped', reason: args.reason.slice(0, 4096) })
  return shownRollout(ctx, files.load(found.id))
}

function load(ctx: MasterContext, id: string | undefined): Rollout {
  const files = filesOf(ctx)
  const wanted = id === undefined ? files.ids().at(-1) : parseJid(id)
  if (wanted !== undefined) return files.load(wanted)
  throw new SaltError('ARGUMENTS_INVALID', 'no version was rolled out yet', {
    hint: 'salt-run update.rollout VERSION begins a roll-out.',
  })
}

function filesOf({ options }: MasterContext): RolloutFiles {
  return new RolloutFiles(String(options['cachedir']))
}
