// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { writeFileAtomic } from '../atomic-file.ts'
import { messageOf, systemCodeOf } from '../errors.ts'
import { type MinionId, parseOwnMinionId } from '../ids.ts'
import { type Logger, silentLog } from '../log.ts'
import type { MinionOptions } from './rows.ts'

/** What a machine says about its own name. */
export interface MachineNames {
  readonly hostname: string
  /** Text of the hosts file; empty if there isn't one. */
  readonly hosts: string
  /** Addresses of its interfaces, without loopback. */
  readonly addresses: readonly string[]
}

/** A minion id and where it comes from. */
export interface GuessedId {
  readonly id: MinionId
  readonly from: 'options' | 'cache' | 'host name' | 'address' | 'nothing'
}

/** What `guessMinionId` needs beside the options. */
export interface GuessSurroundings {
  /** Default: this machine. */
  readonly machine?: MachineNames
  readonly log?: Logger
}

type IdOptions = Pick<
  MinionOptions,
  | 'id'
  | 'config_dir'
  | 'permissive_ids'
  | 'minion_id_caching'
  | 'minion_id_lowercase'
  | 'minion_id_remove_domain'
  | 'append_domain'
>

/**
 * The id of this minion, as Salt finds it: the option `id`; else the file `minion_id` of the configuration directory;
 * else the fully qualified host name as far as host name and hosts file tell it (no DNS); else an address; else
 * `localhost`. A guess is shortened and lowered as the options say and, with `minion_id_caching`, written to the file; a
 * file that cannot be written is logged. `append_domain` goes behind every id but an address.
 * Throws `ID_INVALID` when what comes out is not a valid id.
 */
export function guessMinionId(options: IdOptions, surroundings: GuessSurroundings = {}): GuessedId {
  const found = configuredId(options) ?? cachedId(options) ?? newId(options, surroundings)
  const id = found.from === 'address' ? found.id : withDomain(found.id, options.append_domain)
  return { id: parseOwnMinionId(id, options), from: found.from }
}

/** The id under which a master runs states itself, as for an orchestration: that of its machine, with `_master` behind it. */
export function masterMinionId({ id }: Readonly<Record<string, unknown>>): MinionId {
  const own = typeof id === 'string' && id !== '' ? id : idOfMachine(thisMachine()).id
  return parseOwnMinionId(`${own}_master`, { permissive_ids: false })
}

/** The best name that a machine gives itself, before any option shapes it. */
export function idOfMachine(machine: MachineNames): Found {
  const name = [...fullNames(machine), machine.hostname].find(isUsable)
  if (name !== undefined) return { id: name, from: 'host name' }
  const [address] = machine.addresses
  return address === undefined ? { id: 'localhost', from: 'nothing' } : { id: address, from: 'address' }
}

interface Found {
  readonly id: string
  readonly from: GuessedId['from']
}

function configuredId({ id }: IdOptions): Found | undefined {
  return id === '' ? undefined : { id, from: 'options' }
}

function cachedId(options: IdOptions): Found | undefined {
  if (!options.minion_id_caching) return undefined
  const [line = ''] = textOf(cacheFile(options)).split('\n')
  const id = line.replace(/^\ufeff/, '').trim()
  return id === '' || id === 'localhost' ? undefined : { id, from: 'cache' }
}

function newId(options: IdOptions, { machine = thisMachine(), log = silentLog }: GuessSurroundings): Found {
  const found = idOfMachine(machine)
  const shaped = found.from === 'host name' ? shape(found.id, options) : found.id
  if (options.minion_id_caching) remember(cacheFile(options), shaped, log)
  return { ...found, id: shaped }
}

function shape(name: string, options: IdOptions): string {
  const short = withoutDomain(name, options.minion_id_remove_domain)
  return options.minion_id_lowercase ? short.toLowerCase() : short
}

function withoutDomain(name: string, domain: boolean | string): string {
  if (domain === false || domain === '') return name
  if (domain === true) return name.replace(/\..*$/s, '')
  const end = `.${domain}`
  return name.toLowerCase().endsWith(end.toLowerCase()) ? name.slice(0, -end.length) : name
}

function withDomain(id: string, domain: string): string {
  return domain === '' || id.endsWith(domain) || id.endsWith('.') ? id : `${id}.${domain}`
}

/** Names of the hosts file that have a domain and stand on a line with the host name. */
function fullNames({ hostname, hosts }: MachineNames): string[] {
  if (hostname.includes('.')) return []
  const lines = hosts.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1))
  return lines
    .filter((names) => names.includes(hostname))
    .flatMap((names) => names.filter((name) => name.includes('.')))
}

function isUsable(name: string): boolean {
  return name !== '' && !/^(?:localhost(?:\.|$)|ip6-)/i.test(name) && !/^127\.|^::1$|^0\.0\.0\.0$/.test(name)
}

function remember(path: string, id: string, log: Logger): void {
  try {
    writeFileAtomic(path, id)
  } catch (error) {
    log.warning('the minion id could not be kept', { file: path, error: messageOf(error) })
  }
}

function thisMachine(): MachineNames {
  const hostsFile =
    process.platform === 'win32'
      ? join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
      : '/etc/hosts'
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return {
    hostname: hostname(),
    hosts: textOf(hostsFile),
    addresses: addresses.filter((one) => !one.internal).map((one) => one.address),
  }
}

function cacheFile(options: IdOptions): string {
  return join(options.config_dir, 'minion_id')
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return ''
    throw error
  }
}
