// SPDX-License-Identifier: Apache-2.0
import { arg, Failed, failed, fn } from '@halite/loader'
import { lookArguments, mods } from './arguments.ts'
import { retcodes } from './retcodes.ts'
import {
  graph,
  graphHighstate,
  idExists,
  showHighstate,
  showLowSls,
  showLowstate,
  showSls,
  showStates,
  showTop,
  showUsage,
} from './show.ts'

const test = { test: arg.any('Whether templates see ``opts.test`` set.').optional() }

/** The functions of `state` that compile and run nothing. */
export const lookFunctions = {
  show_sls: fn({
    doc: 'Return the high data of sls files: what they say by id, with all that they include.',
    examples: [`salt '*' state.show_sls web.conf`],
    args: { mods, ...test, ...lookArguments },
    run: (ctx, { mods: names, ...args }) => showSls(ctx, names, args),
  }),
  show_low_sls: fn({
    doc: 'Return the low data of sls files: the states in their order.',
    examples: [`salt '*' state.show_low_sls web.conf`],
    args: { mods, ...test, ...lookArguments },
    run: (ctx, { mods: names, ...args }) => showLowSls(ctx, names, args),
  }),
  show_highstate: fn({
    doc: 'Return the high data of what the top files say of this minion.',
    examples: [`salt '*' state.show_highstate`],
    args: lookArguments,
    run: (ctx, args) => showHighstate(ctx, args),
  }),
  show_lowstate: fn({
    doc: 'Return the low data of what the top files say of this minion.',
    examples: [`salt '*' state.show_lowstate`],
    args: lookArguments,
    run: (ctx, args) => showLowstate(ctx, args),
  }),
  show_states: fn({
    doc: 'Return the names of the sls files that a highstate of this minion is made of.',
    examples: [`salt '*' state.show_states`],
    args: lookArguments,
    run: (ctx, args) => showStates(ctx, args),
  }),
  show_top: fn({
    doc: 'Return what the top files say of this minion: environment, and the names of sls files.',
    examples: [`salt '*' state.show_top`],
    args: lookArguments,
    run: (ctx, args) => showTop(ctx, args),
  }),
  show_state_usage: fn({
    doc: 'Return of every environment which sls files the top files use for this minion, and which not.',
    examples: [`salt '*' state.show_state_usage`],
    args: lookArguments,
    run: (ctx, args) => showUsage(ctx, args),
  }),
  graph: fn({
    doc: 'Return which states of sls files run after which, as a graph in the language DOT.',
    examples: [
      `salt '*' state.graph web.conf`,
      `salt m1 state.graph web.conf --out=newline_values_only | dot -Tsvg`,
    ],
    args: { mods, ...test, ...lookArguments },
    run: (ctx, { mods: names, ...args }) => graph(ctx, names, args),
  }),
  graph_highstate: fn({
    doc: 'Return which states of a highstate of this minion run after which, as a graph in the language DOT.',
    examples: [`salt '*' state.graph_highstate`],
    args: lookArguments,
    run: (ctx, args) => graphHighstate(ctx, args),
  }),
  sls_exists: fn({
    doc: 'Return whether sls files are there and can be compiled.',
    examples: [`salt '*' state.sls_exists web.conf`],
    args: { mods, ...test, ...lookArguments },
    run: async (ctx, { mods: names, ...args }) =>
      (await showSls(ctx, names, args)) instanceof Failed ? failed(false, retcodes.compilerError) : true,
  }),
  id_exists: fn({
    doc: 'Return whether sls files have all of these ids.',
    examples: [`salt '*' state.id_exists create_myfile,update_template filestate`],
    args: { ids: arg.any('Ids, with commas between or as a list.'), mods, ...test, ...lookArguments },
    run: (ctx, { ids, ...args }) => idExists(ctx, ids, args),
  }),
}
