// SPDX-License-Identifier: Apache-2.0
import { basicToken, entriesOf, isMap, pythonStr, SaltError, textKeyed } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { FormData } from 'undici'
import type { QueryValues } from './arguments.ts'

/** One request, ready to be sent. */
export interface WebRequest {
  readonly url: URL
  readonly method: string
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | FormData | undefined
}

/** The request that the arguments ask for. Rejects with `ARGUMENTS_INVALID`, and when a file cannot be read or rendered. */
export async function requestOf(ctx: ExecContext, args: QueryValues, address: string): Promise<WebRequest> {
  const url = urlOf(address, args.params)
  const token = tokenOf(args, url)
  const body = await bodyOf(ctx, args)
  const isForm = args.method === 'POST' && body !== undefined && !(body instanceof FormData)
  const headers = {
    ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...(await headersOf(ctx, args)),
    'user-agent': args.agent ?? `${ctx.options['user_agent']} http.query()`,
    ...(token === undefined ? {} : { authorization: token }),
  }
  return { url, method: args.method, headers, body }
}

function urlOf(address: string, params: unknown): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new SaltError('ARGUMENTS_INVALID', `'${address}' is not a URL of the web`, {
      hint: 'Give one that begins with http:// or https://.',
    })
  }
  for (const [name, value] of pairsOf(params)) url.searchParams.append(name, value)
  return url
}

/** The pairs of a map, or of a list of pairs; a list as a value counts for each of its items. */
function pairsOf(given: unknown): [string, string][] {
  const entries = isMap(given) ? entriesOf(given) : Array.isArray(given) ? given.filter(Array.isArray) : []
  return entries.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [
      pythonStr(name),
      pythonStr(each),
    ]),
  )
}

/** The header of basic authentication; user and password may stand in the URL, which then loses them. */
function tokenOf({ auth, username, password }: QueryValues, url: URL): string | undefined {
  const [user, secret] = auth ?? [username, password]
  const inUrl = [decodeURIComponent(url.username), decodeURIComponent(url.password)] as const
  url.username = ''
  url.password = ''
  if (user) return basicToken(user, secret ?? '')
  return inUrl[0] === '' ? undefined : basicToken(...inUrl)
}

async function bodyOf(ctx: ExecContext, args: QueryValues): Promise<WebRequest['body']> {
  const data = args.data_file === undefined ? args.data : await readData(ctx, args, args.data_file)
  if (args.formdata) return formOf(args, data)
  if (data === null || data === undefined) return undefined
  if (data instanceof Uint8Array) return data
  return isMap(data) ? new URLSearchParams(pairsOf(data)).toString() : pythonStr(data)
}

function formOf(
  { formdata_fieldname: field, formdata_filename: name }: QueryValues,
  data: unknown,
): FormData {
  if (!field) throw new SaltError('ARGUMENTS_INVALID', 'formdata_fieldname is required when formdata=True')
  const form = new FormData()
  const content = data instanceof Uint8Array ? data : pythonStr(data ?? '')
  form.append(field, new Blob([content]), name ?? field)
  return form
}

async function headersOf(ctx: ExecContext, args: QueryValues): Promise<Record<string, string>> {
  const inFile = args.header_file === undefined ? [] : await readHeaders(ctx, args, args.header_file)
  const entries = [
    ...(isMap(inFile) ? Object.entries(textKeyed(inFile)) : Object.entries(args.header_dict ?? {})),
    ...(isMap(inFile) ? [] : [...(args.header_list ?? []), ...inFile].flatMap(headerIn)),
  ]
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), pythonStr(value)]))
}

function headerIn(line: string): [string, string][] {
  const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/s.exec(line) ?? []
  return name === undefined || value === undefined ? [] : [[name, value]]
}

async function readHeaders(ctx: ExecContext, args: QueryValues, path: string) {
  const { header_render: renders, header_renderer: renderer } = args
  const read = renders ? await rendered(ctx, args, { path, renderer }) : await ctx.fs.readText(path)
  return isMap(read) ? read : pythonStr(read).split(/\r?\n/)
}

async function readData(ctx: ExecContext, args: QueryValues, path: string): Promise<unknown> {
  const { data_render: renders, data_renderer: renderer } = args
  return renders ? rendered(ctx, args, { path, renderer }) : Uint8Array.from(await ctx.fs.read(path))
}

interface Template {
  readonly path: string
  readonly renderer: string | undefined
}

async function rendered(
  ctx: ExecContext,
  { template_dict: context }: QueryValues,
  { path, renderer }: Template,
): Promise<unknown> {
  const text = await ctx.fs.readText(path)
  return (await ctx.render.data({ text, name: path, path, renderer, context })).data
}
