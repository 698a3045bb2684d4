// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, failed, fn } from '@halite/loader'
import {
  applyHigh,
  applyHighstate,
  applyId,
  applySls,
  applyStates,
  applyTemplate,
  applyTemplateText,
  applyTop,
} from './state/apply.ts'
import { requestRun, runRequested } from './state/apply-request.ts'
import {
  highstateArguments,
  mods,
  orchestrateArguments,
  queuedArguments,
  runArguments,
  runKeywords,
  slsArguments,
} from './state/arguments.ts'
import { controlFunctions } from './state/control.ts'
import { lookFunctions } from './state/look.ts'
import { orchestrated } from './state/orchestrated.ts'
import { runOneLow, runSingle } from './state/single.ts'

const outputter = 'highstate'

/** `state`: applies sls files and looks at what they would do. */
export default defineModule({
  name: 'state',
  doc: 'Applies states: what sls files, top files or a call say the machine should be like.',
  functions: {
    apply: fn({
      doc: 'Apply sls files, or without any what the top files say (highstate).',
      examples: [
        `salt '*' state.apply`,
        `salt '*' state.apply web.conf test=True`,
        `salt '*' state.apply a,b pillar='{port: 80}'`,
      ],
      args: {
        mods: arg.any('Sls names, or globs; several with commas between, or a list.').optional(),
        ...highstateArguments,
      },
      outputter,
      run: (ctx, { mods: names, ...args }) => applyStates(ctx, names, args),
    }),
    sls: fn({
      doc: 'Apply sls files.',
      examples: [`salt '*' state.sls web.conf`, `salt '*' state.sls a,b exclude='[{id: one}]'`],
      args: slsArguments,
      outputter,
      run: (ctx, { mods: names, ...args }) => applySls(ctx, names, args),
    }),
    highstate: fn({
      doc: 'Apply what the top files say of this minion.',
      examples: [`salt '*' state.highstate`, `salt '*' state.highstate whitelist=web,db test=True`],
      args: highstateArguments,
      outputter,
      run: (ctx, args) => applyHighstate(ctx, args),
    }),
    test: fn({
      doc: 'As ``state.apply`` with ``test=True``: say what would change, and change nothing.',
      examples: [`salt '*' state.test`, `salt '*' state.test web.conf`],
      args: { mods: arg.any('Sls names, or globs.').optional(), ...highstateArguments },
      outputter,
      run: (ctx, { mods: names, ...args }) => applyStates(ctx, names, { ...args, test: true }),
    }),
    sls_id: fn({
      doc: 'Apply one id of sls files, and what it requires.',
      examples: [`salt '*' state.sls_id apache web.conf`],
      args: { id_: arg.string('The id.'), mods, ...runArguments },
      outputter,
      run: (ctx, { id_: id, ...args }) => applyId(ctx, id, args),
    }),
    single: fn({
      doc: 'Run one state function; further keywords are its arguments.',
      examples: [
        `salt '*' state.single pkg.installed name=vim`,
        `salt '*' state.single file.absent /tmp/x test=True`,
      ],
      args: {
        fun: arg.string('The state function, ``module.function``.'),
        // What was typed is text or not as the state declares it.
        name: { ...arg.any('The name of the state.'), readsWords: true },
        ...runKeywords,
        kwargs: { ...arg.keywords('The arguments of the state.'), readsWords: true },
      },
      outputter,
      run: (ctx, { fun, name, ...args }) => runSingle(ctx, { fun, name }, args),
    }),
    low: fn({
      doc: 'Run one piece of low data, as ``state.show_low_sls`` shows it.',
      examples: [`salt '*' state.low '{state: pkg, fun: installed, name: vi}'`],
      args: { data: arg.map('The low data.'), ...queuedArguments },
      run: (ctx, { data, ...args }) => runOneLow(ctx, data, args),
    }),
    high: fn({
      doc: 'Run high data, as ``state.show_sls`` shows it.',
      examples: [`salt '*' state.high '{vim: {pkg: [installed]}}'`],
      args: { data: arg.map('The high data.'), ...runArguments },
      outputter,
      run: (ctx, { data, ...args }) => applyHigh(ctx, data, args),
    }),
    template: fn({
      doc: 'Run an sls file of this machine.',
      examples: [`salt '*' state.template /srv/states/one.sls`],
      args: { tem: arg.path('Path of the file; ``.sls`` may be left out.'), ...queuedArguments },
      outputter,
      run: (ctx, { tem, ...args }) => applyTemplate(ctx, tem, args),
    }),
    template_str: fn({
      doc: 'Run the text of an sls file.',
      examples: [`salt '*' state.template_str '{vim: {pkg: [installed]}}'`],
      args: { tem: arg.string('The text.'), ...queuedArguments },
      outputter,
      run: (ctx, { tem, ...args }) => applyTemplateText(ctx, tem, args),
    }),
    top: fn({
      doc: 'Apply what another top file says of this minion.',
      examples: [`salt '*' state.top reverse_top.sls`],
      args: { topfn: arg.string('Path of the top file below the file roots.'), ...runArguments },
      outputter,
      run: (ctx, { topfn, ...args }) => applyTop(ctx, topfn, args),
    }),
    orchestrate: fn({
      doc: 'Run sls files as ``salt-run state.orchestrate`` does, on this minion: what they ask of a master fails.',
      examples: ['salt-call --local state.orchestrate webserver saltenv=dev test=True'],
      args: orchestrateArguments,
      run: async (ctx, args) => {
        const outcome = await orchestrated(ctx, 'state.sls', args)
        return outcome.retcode === 0 ? outcome : failed(outcome, outcome.retcode)
      },
    }),
    request: fn({
      doc: 'Say what a run would change, and keep it under a name until ``state.run_request`` or ``state.clear_request``.',
      examples: [`salt '*' state.request`, `salt '*' state.request web.conf name=web`],
      args: {
        mods: arg.any('Sls names, or globs.').optional(),
        name: arg.string('The name of the request.').default('default'),
        ...highstateArguments,
      },
      outputter,
      run: (ctx, { mods: names, name, ...args }) => requestRun(ctx, name, { mods: names, args }),
    }),
    run_request: fn({
      doc: 'Run what ``state.request`` kept; it is dropped then. Returns an empty map when no request has that name.',
      examples: [`salt '*' state.run_request`],
      args: {
        name: arg.string('The name of the request.').default('default'),
        kwargs: arg.keywords('Arguments of ``state.apply`` that win over those of the request.'),
      },
      outputter,
      run: (ctx, { name, kwargs }) => runRequested(ctx, name, kwargs),
    }),
    ...lookFunctions,
    ...controlFunctions,
  },
})
