// SPDX-License-Identifier: Apache-2.0
import { STATUS_CODES } from 'node:http'
import { messageOf, SaltError, systemCodeOf, textDecoder, type WebOptions } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { writeAt } from '../file/place.ts'
import type { QueryValues } from './arguments.ts'
import { decodedBody } from './decode.ts'
import { type Answer, exchange, type Reach } from './exchange.ts'
import { requestOf } from './request.ts'

/** What `http.query` returns. */
export type QueryResult = Readonly<Record<string, unknown>>

/** Asks a server. Rejects with `ARGUMENTS_INVALID` for what cannot be asked, with `CONFIG_INVALID`, and when a file cannot be read or written. */
export async function query(ctx: ExecContext, args: QueryValues): Promise<QueryResult> {
  if (args.test && args.test_url === undefined) return {}
  const address = args.test ? (args.test_url ?? args.url) : args.url
  const request = await requestOf(ctx, args, address)
  const reach = await reachOf(ctx, args)
  const marks = args.test ? { test: true } : {}
  ctx.log.debug(`Requesting URL ${shown(request.url, args.hide_fields)} using ${args.method} method`)
  let answer: Answer
  try {
    answer = await exchange(request, reach)
  } catch (error) {
    ctx.signal.throwIfAborted()
    return { ...marks, ...(args.status ? { status: 0 } : {}), error: reasonOf(error, reach) }
  }
  const body = await bodyIn(answer, args.decode_body)
  if (args.raise_error && (answer.status < 200 || answer.status >= 300)) {
    const reason = STATUS_CODES[answer.status] ?? 'Unknown'
    return { ...marks, status: answer.status, error: `HTTP ${answer.status}: ${reason}`, body }
  }
  await writeOut(ctx, args, answer)
  return { ...marks, body, ...(await partsOf(ctx, args, { answer, body })) }
}

/** The options of the minion, with those that the call brings. */
async function reachOf(ctx: ExecContext, args: QueryValues): Promise<Reach> {
  // The options that the table of options declares are there, checked.
  const options = { ...(ctx.options as unknown as WebOptions), ...args.opts }
  const bundle = args.ca_bundle === undefined ? {} : { ca_bundle: args.ca_bundle }
  const limit = AbortSignal.timeout(Math.max(1, options.http_request_timeout * 1000))
  return {
    options: { ...options, ...bundle, verify_ssl: args.verify_ssl ?? options.verify_ssl },
    verifySsl: args.verify_ssl ?? options.verify_ssl,
    identity: await identityOf(ctx, args.cert),
    signal: AbortSignal.any([ctx.signal, limit]),
  }
}

async function identityOf(
  ctx: ExecContext,
  files: readonly string[] | undefined,
): Promise<Reach['identity']> {
  const [cert, key = cert] = files ?? []
  if (cert === undefined || key === undefined) return undefined
  return { cert: await ctx.fs.read(cert), key: await ctx.fs.read(key) }
}

/** Text by the charset that the server names, else UTF-8. Rejects with `VALUE_MALFORMED` for bytes that are none. */
async function bodyIn({ headers, body }: Answer, decodes: boolean): Promise<string | Uint8Array> {
  const [, type = '', charset] =
    /^\s*([^;\s]*)[^;]*(?:;.*charset="?([\w-]+))?/i.exec(headers['content-type'] ?? '') ?? []
  if (type.startsWith('text/') && charset !== undefined) return (await textDecoder(charset))(body)
  if (!decodes) return Uint8Array.from(body)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (cause) {
    throw new SaltError('VALUE_MALFORMED', 'the body of the answer is not UTF-8', {
      hint: 'Give decode_body=False, and text_out= for a file.',
      cause,
    })
  }
}

async function writeOut(ctx: ExecContext, args: QueryValues, { headers, body }: Answer): Promise<void> {
  if (args.text_out !== undefined) await writeAt(ctx, args.text_out, { data: body })
  if (args.headers_out !== undefined) {
    const lines = Object.entries(titled(headers)).map(([name, value]) => `${name}: ${value}\n`)
    await writeAt(ctx, args.headers_out, { data: lines.join('') })
  }
  if (args.decode && args.decode_out !== undefined) await writeAt(ctx, args.decode_out, { data: body })
}

interface Received {
  readonly answer: Answer
  readonly body: string | Uint8Array
}

async function partsOf(
  ctx: ExecContext,
  args: QueryValues,
  { answer, body }: Received,
): Promise<QueryResult> {
  const decoded = args.decode ? await decodedBody(body, args.decode_type, answer.headers['content-type']) : {}
  const { isPlain = false, ...parts } = decoded
  if (parts.error !== undefined) ctx.log.error(parts.error)
  return {
    ...(args.status ? { status: answer.status } : {}),
    ...(args.headers ? { headers: titled(answer.headers) } : {}),
    ...parts,
    ...(args.text || isPlain ? { text: body } : {}),
  }
}

/** Header names as people write them: `Content-Type`. */
function titled(headers: Answer['headers']): Record<string, string> {
  const names = Object.entries(headers).map(([name, value]) => [
    name.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase()),
    value,
  ])
  return Object.fromEntries(names)
}

function shown(url: URL, hidden: readonly string[] = []): string {
  const masked = new URL(url)
  for (const name of hidden) if (masked.searchParams.has(name)) masked.searchParams.set(name, 'XXXXXXXXXX')
  return masked.href
}

function reasonOf(error: unknown, { options, signal }: Reach): string {
  if (signal.aborted) return `no answer within http_request_timeout (${options.http_request_timeout} s)`
  if (systemCodeOf(error) === 'UND_ERR_CONNECT_TIMEOUT') {
    return `no connection within http_connect_timeout (${options.http_connect_timeout} s)`
  }
  // Several addresses were tried: the error itself is empty then.
  const causes = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : ''
  return causes || messageOf(error) || (systemCodeOf(error) ?? 'it failed')
}
