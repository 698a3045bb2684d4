// SPDX-License-Identifier: Apache-2.0
import { STATUS_CODES } from 'node:http'
import { messageOf, SaltError, systemCodeOf, type WebOptions } from '@halite/core'

/** How long a server may send nothing. */
export const idleMs = 60_000

const diskCodes: ReadonlySet<string | undefined> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'EFBIG',
  'EBADF',
])

/** Whether an error is that of the disk that is written to. */
export function isOfDisk(error: unknown): boolean {
  return diskCodes.has(systemCodeOf(error))
}

/** How something was fetched. */
export interface FetchFacts {
  readonly options: WebOptions
  /** Bytes of the whole, where the server has announced them. */
  readonly total: number | undefined
}

/** Codes of connections that a server closed, or that broke. */
const closedCodes: ReadonlySet<string | undefined> = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ECONNRESET',
  'EPIPE',
])

/** What went wrong between this machine and a server, in one line. */
export function reasonOf(error: unknown, { options, total }: FetchFacts): string {
  const code = systemCodeOf(error)
  if (closedCodes.has(code))
    return `the connection was closed before ${total === undefined ? 'all of it' : `all ${total} bytes`} had arrived`
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return `no connection within http_connect_timeout (${options.http_connect_timeout} s)`
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return `the server has sent nothing for ${idleMs / 1000} s`
  const message = withoutPlaces(messageOf(error)) || (code ?? 'it failed')
  if (code !== undefined && isCertificateProblem(code))
    return `[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${message}`
  // Several addresses were tried: the error itself is empty then.
  const causes = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : ''
  return causes || message
}

/** What a server answers in place of a file. */
export function answerText(status: number): string {
  return `the server answers ${[status, STATUS_CODES[status]].filter(Boolean).join(' ')}`
}

/** A message of OpenSSL without addresses and places in its source, which say nothing to people. */
function withoutPlaces(message: string): string {
  const reason = /\berror:[0-9A-F]+:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1]
  return reason === undefined ? message : `TLS failed: ${reason}`
}

/** Whether a server has not proven who it is, by the codes of OpenSSL and Node. */
function isCertificateProblem(code: string): boolean {
  return /CERT|^UNABLE_TO_(?:VERIFY|GET|DECRYPT|DECODE)_|^(?:INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE)$/.test(
    code,
  )
}

/** The error for a file that is larger than is allowed. */
export function tooLarge(shown: string, limit: number): SaltError {
  return failed(shown, `it has more than http_max_body (${limit}) bytes`)
}

/** The error for a URL that cannot be fetched; `shown`: the URL without credentials. */
export function failed(shown: string, reason: string, cause?: unknown): SaltError {
  return new SaltError('FETCH_FAILED', `${shown} cannot be fetched: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'Try the same with curl on this machine; the options proxy_host, ca_bundle and http_* are those of the minion.',
  })
}
