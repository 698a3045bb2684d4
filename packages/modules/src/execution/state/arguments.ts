// SPDX-License-Identifier: Apache-2.0
import { type ArgSpec, arg } from '@halite/loader'

/** As it was written; None is the same as nothing. */
const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })

const test = anything('Say what would change, and change nothing; default: the option ``test``.')
const queue = anything(
  'Wait until other runs of states have ended: True, or the number of runs that may wait at most; default: the option ``state_queue``.',
)

const state_events = anything(
  'Report each state to the master as it ends; default: the option ``state_events``.',
)
const exclude = anything('What is left out: an sls, a glob, ``{id: …}`` or ``{sls: …}``, or a list of those.')
const sync_mods = anything('Modules to synchronise before: True for all, or a list of kinds.')

const facts = {
  pillar: anything('A map that is merged over the pillar for this run.'),
  saltenv: arg.string('The environment that sls files are read from.').optional(),
  pillarenv: arg.string('The environment of the pillar; default: all.').optional(),
  concurrent: arg.boolean('Run beside other runs of states; nothing keeps them apart.').default(false),
  pillar_enc: anything(
    'The renderer that decrypts ``pillar``, such as ``gpg``; one of ``decrypt_pillar_renderers``.',
  ),
  env: anything('Kept for old calls: counts for nothing.'),
}

const ofTheCall = { kwargs: arg.keywords('Facts of the call, ``__pub_*``; other names are refused.') }

/** What all functions that look at states take. */
export const lookArguments = { queue, ...facts, ...ofTheCall }

const byName = {
  ...facts,
  mock: arg.boolean('Call no state function.').default(false),
  terse: arg.boolean('Return only states that failed or changed something.').default(false),
  force: arg.boolean('Run although the pillar has errors.').default(false),
  localconfig: arg.string('A configuration file of this machine that is read over the options.').optional(),
  orchestration_jid: arg.string('The orchestration that the run belongs to.').optional(),
}

/** What all functions that run states take, without further keywords: in Salt's order, as a call may leave out the names. */
export const runKeywords = { test, queue, state_events, exclude, sync_mods, ...byName }

/** What all functions that run states take. */
export const runArguments = { ...runKeywords, ...ofTheCall }

/** The same where Salt has `queue` first. */
export const queuedArguments = { queue, test, state_events, exclude, sync_mods, ...byName, ...ofTheCall }

/** The sls files of a call. */
export const mods = arg.any('Sls names, or globs; several with commas between, or a list.')

/** What `sls` takes. */
export const slsArguments = {
  mods,
  test,
  exclude,
  queue,
  sync_mods,
  state_events,
  ...byName,
  ...ofTheCall,
}

/** What `orchestrate` takes. */
export const orchestrateArguments = {
  mods,
  saltenv: arg.string('The environment that sls files are read from.').default('base'),
  test,
  exclude,
  pillar: facts.pillar,
  pillarenv: facts.pillarenv,
}

/** What `highstate` takes beside. */
export const highstateArguments = {
  ...runKeywords,
  whitelist: anything('Only these of the sls files that the top file names.'),
  ...ofTheCall,
}
