// SPDX-License-Identifier: Apache-2.0
import type { SaltOption } from './option.ts'

/*
 * Options of Salt's tools that ours do not have. From these rows come how they are read, what is said, and the table in
 * docs/differences-from-salt.md, which a test compares.
 */

type Rest = Pick<SaltOption, 'short' | 'takesValue'>

function ignored(names: SaltOption['names'], because: string, rest: Rest = {}): SaltOption {
  return { names, treatment: 'ignored', because, ...rest }
}

function refused(names: SaltOption['names'], because: string, rest: Rest = {}): SaltOption {
  return { names, treatment: 'refused', because, ...rest }
}

const value = { takesValue: true } as const

const crash = ignored(['hard-crash'], 'an error that nobody expected is shown with its trace anyway')

const noAuthentication = 'there is no external authentication yet; the user is who owns the key file'
const authentication: readonly SaltOption[] = [
  refused(['auth', 'eauth', 'external-auth'], noAuthentication, { short: 'a', ...value }),
  refused(['make-token'], noAuthentication, { short: 'T' }),
  refused(['username'], noAuthentication, value),
  refused(['password'], noAuthentication, value),
]

const noExecutors = 'a job always runs in a process of its own'
const executors: readonly SaltOption[] = [
  refused(['module-executors'], noExecutors, value),
  refused(['executor-opts'], noExecutors, value),
]

const noReturners = 'there are no returners yet'
const profiling: readonly SaltOption[] = [
  refused(['enable-profiling'], 'use `node --cpu-prof`'),
  refused(['profiling-path'], 'use `node --cpu-prof`', value),
]

/** Of `salt`. */
export const optionsOfSalt: readonly SaltOption[] = [
  crash,
  ...authentication,
  ...executors,
  refused(['return_config'], noReturners, value),
  refused(['return_kwargs'], noReturners, value),
  refused(['hosts'], 'there is no roster; see --preview-target', { short: 'H' }),
  refused(['range'], 'targets of type range need a range server', { short: 'R' }),
]

/** Of `salt-call`. */
export const optionsOfSaltCall: readonly SaltOption[] = [
  crash,
  ...executors,
  ...profiling,
  ignored(['skip-grains'], 'grains are collected only for a function that looks at them'),
  ignored(['refresh-grains-cache'], 'no grains are cached'),
  refused(['return'], noReturners, value),
  refused(['proxyid'], 'there are no proxy minions', value),
  refused(['states-dir'], 'site states lie in the folder `states` of --module-dirs', value),
  refused(['set-metadata'], 'the metadata of a call are not kept', value),
]

/** Of `salt-key`, whose `-a` accepts keys. */
export const optionsOfSaltKey: readonly SaltOption[] = [
  crash,
  ...authentication.map(({ short, ...row }) => (short === 'a' ? row : { ...row, ...(short && { short }) })),
  ignored(['keysize'], 'keys are Ed25519 keys, which have one size', value),
  refused(['rotate-aes-key'], 'the option `rotate_aes_key` of the master decides', value),
  refused(['gen-signature'], 'the key of the master is pinned, not signed'),
  refused(['signature-path'], 'the key of the master is pinned, not signed', value),
  refused(['auto-create'], 'the key of the master is pinned, not signed'),
  refused(['priv'], 'the key of the master is pinned, not signed', value),
  refused(['pub'], 'the key of the master is pinned, not signed', value),
]

/** Of `salt-run`. */
export const optionsOfSaltRun: readonly SaltOption[] = [
  crash,
  ...authentication,
  ...profiling,
  ignored(['skip-grains'], 'runners look at no grains of the master'),
  refused(['jid'], 'the master makes the job id of a runner', value),
]

/** Of `salt-cp`. */
export const optionsOfSaltCp: readonly SaltOption[] = [
  crash,
  refused(['hosts'], 'there is no roster; see --preview-target of salt', { short: 'H' }),
  refused(['range'], 'targets of type range need a range server', { short: 'R' }),
]

/** Of `salt-master` and `salt-minion`. */
export const optionsOfDaemons: readonly SaltOption[] = [
  ignored(['disable-keepalive'], 'there is no second process that starts the daemon again'),
]
