// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { exitCodes, isMinionId, loadIdentity, SaltError } from '@halite/core'
import { type KeyState, type KeysByState, Registry } from '@halite/loader'
import { type KeyAccess, openKeys } from '../key-access.ts'
import type { Command } from '../main.ts'
import { saltKeyTool } from '../options/salt-key.ts'
import { type Output, openOutput } from '../output.ts'
import { outputSettings } from '../output-settings.ts'
import type { Terminal } from '../terminal.ts'
import { startTool } from '../tool-start.ts'

type Options = Parameters<Command<typeof saltKeyTool.options>>[0]['options']

interface Work {
  readonly options: Options
  readonly keys: KeyAccess
  readonly output: Output
  readonly terminal: Terminal
}

const headings: Readonly<Record<KeyState, string>> = {
  minions: 'Accepted Keys:',
  minions_denied: 'Denied Keys:',
  minions_pre: 'Unaccepted Keys:',
  minions_rejected: 'Rejected Keys:',
}
const stateWords: Readonly<Record<KeyState, string>> = {
  minions: 'accepted',
  minions_pre: 'unaccepted',
  minions_rejected: 'rejected',
  minions_denied: 'denied',
}
const textOrder: readonly KeyState[] = ['minions', 'minions_denied', 'minions_pre', 'minions_rejected']
const jsonOrder: readonly KeyState[] = ['minions', 'minions_pre', 'minions_rejected', 'minions_denied']

/** `salt-key`: shows, accepts, rejects and deletes keys, through the running master or, without one, in its files. */
export function saltKeyCommand(manifestUrl: string): Command<typeof saltKeyTool.options> {
  return async (parsed, terminal) => {
    const { options } = parsed
    checkOneChange(options)
    const { options: config, log } = startTool('master', { tool: saltKeyTool, parsed, terminal })
    if (options.genKeys !== undefined) return generateKeys(options, terminal)
    const { manifest } = await import(manifestUrl)
    const registry = new Registry(manifest, { options: config })
    const output = await openOutput(outputSettings(options, config), { registry, terminal })
    const keys = await openKeys(config, log)
    try {
      await act({ options, keys, output, terminal: options.quiet ? quiet(terminal) : terminal })
      await output.close()
      return exitCodes.ok
    } finally {
      await keys.close()
    }
  }
}

/** Of `-a web1 -d web2` Salt does the first and says nothing of the other. */
function checkOneChange(options: Options): void {
  const changes = {
    '--accept': options.accept !== undefined,
    '--accept-all': options.acceptAll,
    '--reject': options.reject !== undefined,
    '--reject-all': options.rejectAll,
    '--delete': options.delete !== undefined,
    '--delete-all': options.deleteAll,
  }
  const [first, second] = Object.entries(changes).flatMap(([name, isGiven]) => (isGiven ? [name] : []))
  if (second === undefined) return
  throw new SaltError('USAGE', `${first} and ${second} cannot be done by one command`, {
    hint: 'Call salt-key once for each.',
  })
}

async function act(work: Work): Promise<void> {
  const { options } = work
  if (options.accept !== undefined) return change(work, accepting, options.accept)
  if (options.acceptAll) return change(work, accepting, '*')
  if (options.reject !== undefined) return change(work, rejecting, options.reject)
  if (options.rejectAll) return change(work, rejecting, '*')
  if (options.delete !== undefined) return change(work, deleting, options.delete)
  if (options.deleteAll) return change(work, deleting, '*')
  if (options.print !== undefined) return showTexts(work, 'print', options.print)
  if (options.printAll) return showTexts(work, 'print', '*')
  if (options.finger !== undefined) return showTexts(work, 'finger', options.finger)
  if (options.fingerAll) return showAllFingers(work)
  if (options.list !== undefined) return list(work, statesNamed(options.list))
  return list(work, textOrder)
}

/** What one of the three changes looks at, says, and asks. */
interface Change {
  readonly verb: 'accept' | 'reject' | 'delete'
  readonly past: string
  readonly yesByDefault: boolean
  states(options: Options): readonly KeyState[]
}

const accepting: Change = {
  verb: 'accept',
  past: 'accepted',
  yesByDefault: true,
  states: (options) => [
    'minions_pre',
    ...(options.includeAll || options.includeRejected ? (['minions_rejected'] as const) : []),
    ...(options.includeAll || options.includeDenied ? (['minions_denied'] as const) : []),
  ],
}

const rejecting: Change = {
  verb: 'reject',
  past: 'rejected',
  yesByDefault: true,
  states: (options) => [
    ...(options.includeAll || options.includeAccepted ? (['minions'] as const) : []),
    'minions_pre',
    ...(options.includeAll || options.includeDenied ? (['minions_denied'] as const) : []),
  ],
}

const deleting: Change = {
  verb: 'delete',
  past: 'deleted',
  yesByDefault: false,
  states: () => textOrder,
}

async function change(work: Work, what: Change, glob: string): Promise<void> {
  const { keys, options, terminal } = work
  const states = what.states(options)
  const matching = await keys.match(glob)
  const found = pick(what.verb === 'delete' ? matching : idsIn(matching), states)
  if (Object.keys(found).length === 0) {
    terminal.print(`The key glob '${glob}' does not match any ${spoken(states)} keys.`)
    return
  }
  terminal.print(`The following keys are going to be ${what.past}:`)
  for (const line of keyLines(found)) terminal.print(line)
  if (!options.yes && !(await agreed(what.yesByDefault, terminal))) return
  const keepData = options.preserveMinions.toLowerCase() === 'true'
  const changed = await keys.change(what.verb, found, { keepData })
  const ids = new Set(textOrder.flatMap((state) => changed[state] ?? []))
  for (const id of [...ids].sort()) terminal.print(`Key for minion ${id} ${what.past}.`)
}

/** Without files whose names are no ids: those can only be deleted. */
function idsIn(keys: KeysByState): KeysByState {
  return Object.fromEntries(Object.entries(keys).map(([state, names]) => [state, names.filter(isMinionId)]))
}

function pick(keys: KeysByState, states: readonly KeyState[]): KeysByState {
  return Object.fromEntries(
    states.filter((state) => keys[state]?.length).map((state) => [state, keys[state] ?? []]),
  )
}

function keyLines(keys: KeysByState): string[] {
  return textOrder.flatMap((state) => (keys[state] ? [headings[state], ...keys[state]] : []))
}

/** `unaccepted`, or `unaccepted, rejected or denied`. */
function spoken(states: readonly KeyState[]): string {
  const words = states.map((state) => stateWords[state])
  const last = words.pop() ?? ''
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`
}

async function agreed(yesByDefault: boolean, terminal: Terminal): Promise<boolean> {
  await terminal.flush()
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  // When the input ends without an answer the question stays open: that is no agreement.
  const ended = once(prompt, 'close').then(() => 'n')
  try {
    const question = prompt.question(yesByDefault ? 'Proceed? [n/Y] ' : 'Proceed? [N/y] ')
    const answer = (await Promise.race([question, ended])).trim().toLowerCase()
    return answer === '' ? yesByDefault : answer.startsWith('y')
  } finally {
    prompt.close()
  }
}

async function list({ keys, output }: Work, states: readonly KeyState[]): Promise<void> {
  const all = await keys.listAll()
  const shown = Object.fromEntries(
    jsonOrder.filter((state) => states.includes(state)).map((state) => [state, all[state] ?? []]),
  )
  await output.show(shown, { out: 'key' })
}

async function showTexts(
  { keys, output, terminal }: Work,
  what: 'print' | 'finger',
  glob: string,
): Promise<void> {
  const found = await (what === 'print' ? keys.print(glob) : keys.finger(glob))
  if (Object.keys(found).length === 0) {
    terminal.print(`The key glob '${glob}' does not match any ${spoken(textOrder)} keys.`)
    return
  }
  await output.show(found, { out: 'key' })
}

async function showAllFingers({ keys, output }: Work): Promise<void> {
  const [master, minions] = [await keys.masterFinger(), await keys.finger('*')]
  await output.show({ local: { 'master.pub': master }, ...minions }, { out: 'key' })
}

function statesNamed(name: string): readonly KeyState[] {
  const wanted = name.toLowerCase()
  if (wanted.startsWith('acc')) return ['minions']
  if (wanted.startsWith('pre') || wanted.startsWith('un')) return ['minions_pre']
  if (wanted.startsWith('rej')) return ['minions_rejected']
  if (wanted.startsWith('den')) return ['minions_denied']
  if (wanted.startsWith('all')) return textOrder
  throw new SaltError('USAGE', `there is no key state '${name}'`, {
    hint: 'There are: acc, pre or un, rej, den, all.',
  })
}

async function generateKeys(options: Options, terminal: Terminal): Promise<number> {
  const name = String(options.genKeys)
  if (name !== basename(name) || name === '..' || name === '.') {
    throw new SaltError('USAGE', `--gen-keys: ${name} is not the name of a file`, {
      hint: 'Give the directory with --gen-keys-dir.',
    })
  }
  const base = join(resolve(options.genKeysDir), name)
  const identity = loadIdentity(base)
  if (!identity.created) throw new SaltError('USAGE', `${base}.pem exists already and is kept`)
  terminal.print(`${base}.pem\n${base}.pub`)
  return exitCodes.ok
}

function quiet(terminal: Terminal): Terminal {
  return { ...terminal, print: () => undefined }
}
