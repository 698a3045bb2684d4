// SPDX-License-Identifier: Apache-2.0
import { type MinionOptions, SaltError } from '@halite/core'

/** Where a master answers requests; where it publishes is in its reply. */
export interface MasterAddress {
  /** A name, resolved at each connection, or an address without brackets. */
  readonly host: string
  readonly port: number
}

/** The masters of a minion: the option `master`, each `host`, `host:port` or `[ipv6]:port`. Throws `CONFIG_INVALID`. */
export function masterAddresses(options: MinionOptions): MasterAddress[] {
  const masters: readonly unknown[] = Array.isArray(options.master) ? options.master : [options.master]
  if (masters.length === 0)
    throw new SaltError(
      'CONFIG_INVALID',
      'master is an empty list, expected the names of one master or several',
    )
  return masters.map((master) => parseAddress(String(master), options.master_port))
}

/** How a master is named in logs, as its address is configured. */
export function addressName({ host, port }: MasterAddress): string {
  return `${host}:${port}`
}

const withPort = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/
const bracketed = /^\[([^\]]+)\]$/

function parseAddress(text: string, defaultPort: number): MasterAddress {
  const trimmed = text.trim()
  const [, ipv6, host, port] = withPort.exec(trimmed) ?? []
  const name = ipv6 ?? host ?? bracketed.exec(trimmed)?.[1] ?? trimmed
  const number = port === undefined ? defaultPort : Number(port)
  if (name === '' || /[\s/]/.test(name) || number < 1 || number > 65_535) {
    throw new SaltError(
      'CONFIG_INVALID',
      `master is '${text}', expected a host name or address, with :port if it is not master_port`,
    )
  }
  return { host: name, port: number }
}
