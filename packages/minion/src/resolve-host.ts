// SPDX-License-Identifier: Apache-2.0
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { findProgram, messageOf, SaltError } from '@halite/core'

/** Which address of a name, and until when it is waited for. */
export interface WantedAddress {
  /** Prefer an IPv6 address where there is one; else IPv4 is preferred. */
  readonly ipv6: boolean
  readonly signal: AbortSignal
}

/** Turns the name of a master into an address, for each connection again. */
export type ResolveHost = (host: string, wanted: WantedAddress) => Promise<string>

/** All addresses of a name; empty, or rejects with the system's error, when there are none. */
export type LookUp = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/**
 * An address of a host, as the system's name services give it, its hosts file included; an address is its own answer.
 * Rejects with `MASTER_UNRESOLVED`, or with the reason of the signal, and is not held up by services that do not answer.
 */
export async function resolveHost(
  host: string,
  { ipv6, signal }: WantedAddress,
  lookUp: LookUp = lookUpHost,
): Promise<string> {
  if (isIP(host) !== 0) return host
  signal.throwIfAborted()
  const found = await lookUp(host, signal).catch((cause: unknown) => {
    if (signal.aborted) throw signal.reason
    throw unresolved(host, reasonOf(cause), cause)
  })
  const address = found.find((one) => isIP(one) === (ipv6 ? 6 : 4)) ?? found[0]
  signal.throwIfAborted()
  if (address !== undefined) return address
  throw unresolved(host, 'it has no address')
}

/**
 * Through `getent` where there is one: a look-up inside this process cannot be cancelled, occupies one of the few threads
 * that files need too, and holds up its end for as long as no name server answers.
 */
const lookUpHost: LookUp = async (host, signal) => {
  const getent = process.platform === 'win32' ? undefined : findProgram('getent')
  if (getent === undefined || host.startsWith('-')) return lookUpHere(host, signal)
  const { run } = await import('@halite/core/process')
  const { stdout } = await run([getent, 'ahosts', host], { signal })
  const addresses = stdout
    .toString()
    .split('\n')
    .map((line) => line.split(/\s/)[0] ?? '')
  return [...new Set(addresses)].filter((address) => isIP(address) !== 0)
}

function lookUpHere(host: string, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    lookup(host, { all: true })
      .then((found) => resolve(found.map(({ address }) => address)), reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}

function unresolved(host: string, reason: string, cause?: unknown): SaltError {
  return new SaltError('MASTER_UNRESOLVED', `the name of master ${host} does not resolve: ${reason}`, {
    cause,
    hint: 'Correct the option master of the minion, or the name service of this machine.',
  })
}

/** What the commonest errors of the resolver mean, in words. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code
  if (code === 'ENOTFOUND') return 'there is no such name (ENOTFOUND)'
  if (code === 'EAI_AGAIN') return 'no name server answers (EAI_AGAIN)'
  return messageOf(error)
}
