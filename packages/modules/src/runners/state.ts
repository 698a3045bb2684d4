// SPDX-License-Identifier: Apache-2.0
import { type ArgSpec, arg, defineModule, masterFn } from '@halite/loader'
import { watchEvents } from './state/events.ts'
import { highOnMaster, showOnMaster, singleOnMaster, slsOnMaster } from './state/orchestrate.ts'
import { steerRun } from './state/steer.ts'

/** As it was written; None is the same as nothing. */
const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })

const mods = arg.any('Sls names; several with commas between, or a list.')
const saltenv = arg.string('The environment that sls files are read from.').default('base')
const test = anything('Say what would change, and change nothing.')
const pillar = anything('A map that is merged over the pillar.')
const queue = anything('Kept for old calls: counts for nothing.')
const pillarWords = {
  pillarenv: arg.string('The environment of the pillar; default: all.').optional(),
  pillar_enc: anything(
    'The renderer that decrypts ``pillar``, such as ``gpg``; one of ``decrypt_pillar_renderers``.',
  ),
}
const whichRun = {
  jid: arg.string('The job id of the run.'),
  state_id: arg.string('The id of a state; default: whichever comes next.').optional(),
}

const orchestrate = masterFn({
  doc: 'Run sls files on the master: with the states ``salt.*`` they give minions jobs, call runners and wait for events.',
  examples: [
    'salt-run state.orchestrate webserver',
    'salt-run state.orch webserver',
    'salt-run state.sls webserver',
    "salt-run state.orchestrate webserver saltenv=dev test=True pillar='{port: 80}'",
  ],
  args: {
    mods,
    saltenv,
    test,
    exclude: anything('What is left out: an sls, ``{id: …}`` or ``{sls: …}``, or a list of those.'),
    pillar,
    ...pillarWords,
    orchestration_jid: arg.string('The job id of the run; default its own.').optional(),
  },
  outputter: 'highstate',
  run: slsOnMaster,
})

const showSls = masterFn({
  doc: 'Return the high data of sls files as the master would run them.',
  examples: [
    "salt-run state.orchestrate_show_sls webserver pillar='{port: 80}'",
    'salt-run state.orch_show_sls webserver',
  ],
  args: { mods, saltenv, test, queue, pillar, ...pillarWords },
  run: showOnMaster,
})

const pause = masterFn({
  doc: 'Let an orchestration stop before a state, until it is resumed or the time is over.',
  examples: [
    'salt-run state.pause 20171130110407769519 vim 20',
    'salt-run state.set_pause 20171130110407769519',
  ],
  args: { ...whichRun, duration: arg.seconds('For how long; default: until it is resumed.').optional() },
  run: (ctx, { duration, ...run }) =>
    steerRun(ctx, 'pause', duration === undefined ? run : { ...run, duration }),
})

const resume = masterFn({
  doc: 'Let an orchestration that was paused go on.',
  examples: [
    'salt-run state.resume 20171130110407769519 vim',
    'salt-run state.rm_pause 20171130110407769519',
  ],
  args: whichRun,
  run: (ctx, run) => steerRun(ctx, 'resume', run),
})

/** `state`: orchestrations, which are states that the master runs itself. */
export default defineModule({
  name: 'state',
  doc: 'Runs states on the master, to bring minions into a state together.',
  functions: {
    orchestrate,
    orch: orchestrate,
    sls: orchestrate,
    orchestrate_single: masterFn({
      doc: 'Run one state function on the master; further keywords are its arguments.',
      examples: ['salt-run state.orchestrate_single fun=salt.wheel name=key.list_all'],
      args: {
        fun: arg.string('The state function, ``module.function``.'),
        name: arg.any('The name of the state.'),
        test,
        queue,
        pillar,
        kwargs: arg.keywords('The arguments of the state.'),
      },
      outputter: 'highstate',
      run: singleOnMaster,
    }),
    orchestrate_high: masterFn({
      doc: 'Run high data on the master.',
      examples: ['salt-run state.orchestrate_high \'{one: {salt.state: [{tgt: "db*"}, {sls: postgres}]}}\''],
      args: {
        data: arg.map('The high data.'),
        test,
        queue,
        pillar,
        kwargs: arg.keywords('Arguments of ``state.high``.'),
      },
      outputter: 'highstate',
      run: highOnMaster,
    }),
    orchestrate_show_sls: showSls,
    orch_show_sls: showSls,
    pause,
    set_pause: pause,
    resume,
    rm_pause: resume,
    soft_kill: masterFn({
      doc: 'Let an orchestration end before a state; what ran is returned.',
      examples: ['salt-run state.soft_kill 20171130110407769519'],
      args: whichRun,
      run: (ctx, run) => steerRun(ctx, 'soft_kill', run),
    }),
    event: masterFn({
      doc: 'Wait for events. ``salt-run`` prints each as it comes, its tag and its data as JSON.',
      examples: [
        "salt-run state.event 'salt/job/*/new'",
        "salt-run state.event 'salt/minion/*/start' count=3 quiet=True",
      ],
      args: {
        tagmatch: arg.string('A glob; events with other tags do not count.').default('*'),
        count: arg.integer('How many are waited for; -1 for no end.').default(-1),
        quiet: arg.boolean('Print nothing.').default(false),
        sock_dir: anything('Kept for old calls: counts for nothing.'),
        pretty: arg.boolean('Print the data over several lines.').default(false),
        node: arg.string('Kept for old calls: the events are those of the master.').default('master'),
      },
      run: watchEvents,
    }),
  },
})
