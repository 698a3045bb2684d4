// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { disabledNames, switchStates } from './disabled.ts'
import { killRun, pauseRun, pausesOf, resumeRun } from './pauses.ts'
import { runningTexts } from './queue.ts'
import { dropRequest, requestNamed, requests } from './requests.ts'
import { splitWords } from './split.ts'

const jid = arg.string('The job id of the run.')
const stateId = arg.string('The id of a state; default: whichever comes next.').optional()
const names = arg.any('Names, or ``module.*``; several with commas between.')

/** The functions of `state` that say what may run, and steer what runs. */
export const controlFunctions = {
  running: fn({
    doc: 'Return which runs of states are under way, each as a sentence.',
    examples: [`salt '*' state.running`],
    args: { concurrent: arg.boolean('Whether none is to be told of.').default(false) },
    run: async (ctx, { concurrent }) => (concurrent ? [] : runningTexts(ctx)),
  }),
  pause: fn({
    doc: 'Let a run stop before a state, until it is resumed or the time is over.',
    examples: [
      `salt '*' state.pause 20171130110407769519`,
      `salt '*' state.pause 20171130110407769519 vim 20`,
    ],
    args: {
      jid,
      state_id: stateId,
      duration: arg.seconds('For how long; default: until it is resumed.').optional(),
    },
    run: (ctx, args) => pauseRun(ctx, { jid: args.jid, id: args.state_id, duration: args.duration }),
  }),
  resume: fn({
    doc: 'Let a run that was paused go on.',
    examples: [`salt '*' state.resume 20171130110407769519 vim`],
    args: { jid, state_id: stateId },
    run: (ctx, args) => resumeRun(ctx, args.jid, args.state_id),
  }),
  soft_kill: fn({
    doc: 'Let a run end before a state; what ran is returned.',
    examples: [
      `salt '*' state.soft_kill 20171130110407769519`,
      `salt '*' state.soft_kill 20171130110407769519 vim`,
    ],
    args: { jid, state_id: stateId },
    run: (ctx, args) => killRun(ctx, args.jid, args.state_id),
  }),
  get_pauses: fn({
    doc: 'Return what was asked of runs that are under way, by job id.',
    examples: [`salt '*' state.get_pauses`],
    args: { jid: arg.any('A job id, or a list of them; default: all.').optional() },
    run: (ctx, args) => pausesOf(ctx, splitWords(args.jid)),
  }),
  check_request: fn({
    doc: 'Return the requests of ``state.request``, or one of them.',
    examples: [`salt '*' state.check_request`],
    args: { name: arg.string('Its name; default: all.').optional() },
    outputter: 'highstate',
    run: async (ctx, { name }) =>
      name === undefined ? requests(ctx) : { ...(await requestNamed(ctx, name)) },
  }),
  clear_request: fn({
    doc: 'Drop the requests of ``state.request``, or one of them. Returns ``False`` when no request has that name.',
    examples: [`salt '*' state.clear_request`],
    args: { name: arg.string('Its name; default: all.').optional() },
    run: (ctx, { name }) => dropRequest(ctx, name),
  }),
  clear_cache: fn({
    doc: 'Remove high data that earlier runs of Salt left in the cache directory. Returns the names of the files.',
    examples: [`salt '*' state.clear_cache`],
    run: async ({ fs, options }) => {
      const directory = String(options['cachedir'])
      if (!(await fs.isDirectory(directory))) return []
      const cached = (await fs.list(directory)).filter((name) => name.endsWith('.cache.p'))
      for (const name of cached) await fs.remove(join(directory, name))
      return cached
    },
  }),
  disable: fn({
    doc: 'Switch sls files, or ``highstate``, off on this minion.',
    examples: [`salt '*' state.disable highstate`, `salt '*' state.disable test.succeed_without_changes`],
    args: { states: names },
    run: (ctx, { states }) => switchStates(ctx, states, 'disabled'),
  }),
  enable: fn({
    doc: 'Switch what was switched off on again.',
    examples: [`salt '*' state.enable highstate`],
    args: { states: names },
    run: (ctx, { states }) => switchStates(ctx, states, 'enabled'),
  }),
  event: fn({
    doc: 'Refused: a minion has no event bus. ``salt-run state.event`` prints the events of the master.',
    examples: ["salt-run state.event 'salt/job/*' count=2"],
    args: {
      tagmatch: arg.any('A glob of tags.').default('*'),
      count: arg.any('How many events.').default(-1),
      quiet: arg.any('Print nothing.').default(false),
      sock_dir: arg.any('The directory of sockets.').optional(),
      pretty: arg.any('Print JSON in several lines.').default(false),
      node: arg.any('Whose bus.').default('minion'),
    },
    run: () => {
      const text = 'A minion has no event bus: salt-run state.event prints the events of its master'
      throw new SaltError('COMMAND_FAILED', text)
    },
  }),
  list_disabled: fn({
    doc: 'Return what is switched off on this minion.',
    examples: [`salt '*' state.list_disabled`],
    run: (ctx) => disabledNames(ctx),
  }),
}
