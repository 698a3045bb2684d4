// SPDX-License-Identifier: Apache-2.0
import { isMinionId, messageOf, SaltError, show } from '@halite/core'
import {
  type ArgSpec,
  arg,
  defineModule,
  type KeyState,
  type KeysByState,
  type KeysContext,
  type Late,
  masterFn,
} from '@halite/loader'

const glob = arg.string('A glob on ids.')
/** Not split at commas here: a text that is the id of a key means that key. */
const match = {
  ...arg.list('Ids, or globs on them; ``a,b`` or a list.', glob),
  parse: (value) => (Array.isArray(value) ? value.map((one) => glob.parse(one)) : [glob.parse(value)]),
} satisfies ArgSpec<readonly string[]>
const dict = arg.map('Ids by the state their keys are in: ``{minions_pre: [web1, web2]}``.')
const hash_type = arg.choice('The hash of the fingerprint.', ['sha256']).optional()
const include_accepted = arg.boolean('Reject accepted keys as well.').default(false)
const include_rejected = arg.boolean('Accept rejected keys as well.').default(false)
const include_denied = arg.boolean('Include denied keys.').default(false)
const preserve_minions = arg
  .boolean('Keep what the master has of these minions: grains, pillar and mine.')
  .default(false)

/** `key`: the keys of minions, and the one of the master. */
export default defineModule({
  name: 'key',
  doc: 'Lists, accepts, rejects and deletes the keys of minions, and shows them and the key of the master.',
  functions: {
    list: masterFn({
      doc: 'Return the ids whose keys are in a state.',
      examples: ["wheel.cmd('key.list', ['accepted'])"],
      args: {
        match: arg.string(
          'The state, or how it begins: ``accepted``, ``pre``, ``unaccepted``, ``rejected``, ``denied``, ``all``.',
        ),
      },
      run: async ({ keys }, { match }) => {
        const wanted = statesNamed(match)
        return pick(await keys.listAll(), wanted)
      },
    }),
    list_all: masterFn({
      doc: 'Return the ids of all keys, by state.',
      examples: ["wheel.cmd('key.list_all')"],
      run: async ({ keys }) => pick(await keys.listAll(), states),
    }),
    name_match: masterFn({
      doc: 'Return the ids that match, by state.',
      examples: ["wheel.cmd('key.name_match', ['web*'])"],
      args: { match },
      run: async ({ keys }, { match }) => inOrder(await keys.match(globs(match))),
    }),
    accept: masterFn({
      doc: 'Accept the pending keys that match. Returns those it accepted, as ``minions``.',
      examples: ["wheel.cmd('key.accept', ['web1'])"],
      args: { match, include_rejected, include_denied },
      run: ({ keys }, args) =>
        changed(
          keys,
          keys.accept(globs(args.match), {
            includeRejected: args.include_rejected,
            includeDenied: args.include_denied,
          }),
        ),
    }),
    accept_dict: masterFn({
      doc: 'Accept the pending keys that are listed. Returns those it accepted, as ``minions``.',
      examples: ["wheel.cmd('key.accept_dict', [{ minions_pre: ['web1'] }])"],
      args: { match: dict, include_rejected, include_denied },
      run: ({ keys }, args) =>
        changed(
          keys,
          keys.accept(idsByState(args.match), {
            includeRejected: args.include_rejected,
            includeDenied: args.include_denied,
          }),
        ),
    }),
    reject: masterFn({
      doc: 'Reject the pending keys that match. Returns those it rejected, as ``minions_rejected``.',
      examples: ["wheel.cmd('key.reject', ['web1'])"],
      args: { match, include_accepted, include_denied },
      run: ({ keys }, args) =>
        changed(
          keys,
          keys.reject(globs(args.match), {
            includeAccepted: args.include_accepted,
            includeDenied: args.include_denied,
          }),
        ),
    }),
    reject_dict: masterFn({
      doc: 'Reject the pending keys that are listed. Returns those it rejected, as ``minions_rejected``.',
      examples: ["wheel.cmd('key.reject_dict', [{ minions_pre: ['web1'] }])"],
      args: { match: dict, include_accepted, include_denied },
      run: ({ keys }, args) =>
        changed(
          keys,
          keys.reject(idsByState(args.match), {
            includeAccepted: args.include_accepted,
            includeDenied: args.include_denied,
          }),
        ),
    }),
    delete: masterFn({
      doc: 'Delete the keys that match, whatever their state. Returns what it deleted, by the state it was in; by then no connection of a deleted minion is left.',
      examples: ["wheel.cmd('key.delete', ['web1'])"],
      args: { match, preserve_minions },
      run: async ({ keys }, { match, preserve_minions: keepData }) =>
        inOrder(await changed(keys, keys.delete(globs(match), { keepData }))),
    }),
    delete_dict: masterFn({
      doc: 'Delete the keys that are listed, and none of the same id in another state. Returns what it deleted, by the state it was in.',
      examples: ["wheel.cmd('key.delete_dict', [{ minions_denied: ['web1'] }])"],
      args: { match: dict, preserve_minions },
      run: async ({ keys }, { match, preserve_minions: keepData }) =>
        inOrder(await changed(keys, keys.delete(idsByState(match), { keepData }))),
    }),
    finger: masterFn({
      doc: 'Return the fingerprints of the keys that match, by state and id.',
      examples: ["wheel.cmd('key.finger', ['web*'])"],
      args: { match, hash_type },
      run: async ({ keys }, { match }) => inOrder(await keys.finger(globs(match))),
    }),
    finger_master: masterFn({
      doc: 'Return the fingerprint of the master, what ``master_finger`` of a minion is set to.',
      examples: ["wheel.cmd('key.finger_master')"],
      args: { hash_type },
      run: async ({ keys }) => ({ local: { [masterKey]: (await keys.master()).fingerprint } }),
    }),
    print: masterFn({
      doc: 'Return the public keys that match, by state and id.',
      examples: ["wheel.cmd('key.print', ['web1'])"],
      args: { match },
      run: async ({ keys }, { match }) => inOrder(await keys.print(globs(match))),
    }),
    key_str: masterFn({
      doc: 'The same as ``key.print``.',
      examples: ["wheel.cmd('key.key_str', ['web1'])"],
      args: { match },
      run: async ({ keys }, { match }) => inOrder(await keys.print(globs(match))),
    }),
    master_key_str: masterFn({
      doc: 'Return the public key of the master.',
      examples: ["wheel.cmd('key.master_key_str')"],
      run: async ({ keys }) => ({ local: { [masterKey]: (await keys.master()).pem } }),
    }),
  },
})

/** Salt's name for the public key of the master, whatever its file is called. */
const masterKey = 'master.pub'

/** In the order in which Salt lists them. */
const states: readonly KeyState[] = ['minions', 'minions_pre', 'minions_rejected', 'minions_denied']

/** How a name for a state begins, as Salt reads it. */
const stateWords: readonly (readonly [string, readonly KeyState[]])[] = [
  ['acc', ['minions']],
  ['pre', ['minions_pre']],
  ['un', ['minions_pre']],
  ['rej', ['minions_rejected']],
  ['den', ['minions_denied']],
  ['all', states],
]

/** What was changed, once it is on the disk. */
async function changed(keys: KeysContext, ids: Late<KeysByState>): Promise<KeysByState> {
  const byState = await ids
  try {
    await keys.durable()
  } catch (cause) {
    const reason = `the keys were changed, but may not outlast a power failure: ${messageOf(cause)}`
    throw new SaltError('STORE_FAILED', reason, { cause })
  }
  return byState
}

function statesNamed(name: string): readonly KeyState[] {
  const found = stateWords.find(([word]) => name.startsWith(word))
  if (found !== undefined) return found[1]
  throw new SaltError('ARGUMENTS_INVALID', `${show(name)} is no state of keys`, {
    hint: 'There are: accepted, pre (or unaccepted), rejected, denied, all.',
  })
}

function pick(keys: KeysByState, wanted: readonly KeyState[]): KeysByState {
  return Object.fromEntries(wanted.map((state) => [state, keys[state] ?? []]))
}

function inOrder<T>(byState: Readonly<Partial<Record<KeyState, T>>>): Readonly<Partial<Record<KeyState, T>>> {
  return Object.fromEntries(
    states.filter((state) => byState[state] !== undefined).map((state) => [state, byState[state]]),
  )
}

/** Ids and globs as the keys take them. What no name could ever be like is a mistake and is refused: `ID_INVALID`. */
function globs(match: readonly string[]): readonly string[] {
  const wrong = match.find((glob) => /[/\0]/.test(glob) || glob.length > maxGlob)
  if (wrong === undefined) return match
  throw new SaltError('ID_INVALID', `key glob ${show(wrong)} can match no minion id`)
}

/** Far more than a list of ids that somebody types. */
const maxGlob = 65_536

/** Ids by state through their gates: throws `ID_INVALID`, and `ARGUMENTS_INVALID` for a state that does not exist. */
function idsByState(dict: Readonly<Record<string, unknown>>): KeysByState {
  return Object.fromEntries(Object.entries(dict).map(([state, ids]) => [stateOf(state), listed.parse(ids)]))
}

const listed = arg.list('', { ...arg.string(''), parse: parseKeyName })

/** A minion id, or the name of a file that is not one, as the lists of keys show it. */
function parseKeyName(value: unknown): string {
  if (typeof value === 'string' && (isMinionId(value) || escaped.test(value))) return value
  throw new SaltError('ID_INVALID', `${show(value)} is no minion id`, {
    hint: 'Write it as salt-key -L shows it.',
  })
}

const escaped = /^(?:[\w.@:+-]|\\x[\da-f]{2}|\\u[\da-f]{4}|\\U[\da-f]{8})+$/

function stateOf(name: string): KeyState {
  const state = states.find((known) => known === name)
  if (state !== undefined) return state
  throw new SaltError('ARGUMENTS_INVALID', `${show(name)} is no state of keys`, {
    hint: `There are: ${states.join(', ')}.`,
  })
}
