// SPDX-License-Identifier: Apache-2.0
import { SaltError, systemCodeOf } from '@halite/core'

const maxSocketPathBytes = 107

/** Refuses an `ipc://` path the system cannot bind, naming the option that shortens it. */
export function checkIpcPath(address: string): void {
  if (!address.startsWith('ipc://')) return
  const path = address.slice('ipc://'.length)
  const length = Buffer.byteLength(path)
  if (length <= maxSocketPathBytes) return
  throw new SaltError(
    'SOCKET_PATH_TOO_LONG',
    `socket path ${path} has ${length} bytes; ${maxSocketPathBytes} are possible`,
    {
      hint: 'Set sock_dir to a shorter path.',
    },
  )
}

/** What a failed bind means to the reader. */
export function bindError(address: string, cause: unknown): SaltError {
  const code = systemCodeOf(cause)
  if (code === 'EADDRINUSE') {
    return new SaltError('ADDRESS_IN_USE', `address ${address} is already in use`, {
      cause,
      hint: 'Another master may be running; else change interface, publish_port or ret_port.',
    })
  }
  if (code === 'EACCES')
    return new SaltError('PERMISSION_DENIED', `address ${address} may not be bound by this user`, { cause })
  return new SaltError('ADDRESS_IN_USE', `address ${address} cannot be bound: ${code ?? String(cause)}`, {
    cause,
    hint: 'Check the option interface.',
  })
}
