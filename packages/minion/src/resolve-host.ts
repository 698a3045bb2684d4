// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net'
import { lookUpHost, messageOf, SaltError } from '@halite/core'

/** Which address of a name, and until when it is waited for. */
export interface WantedAddress {
  /** Prefer an IPv6 address where there is one; else IPv4 is preferred. */
  readonly ipv6: boolean
  readonly signal: AbortSignal
}

/** Turns the name of a master into an address, for each connection again. */
export type ResolveHost = (host: string, wanted: WantedAddress) => Promise<string>

/** As `lookUpHost`. */
export type LookUp = typeof lookUpHost

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
