// SPDX-License-Identifier: Apache-2.0
import { posix, win32 } from 'node:path'
import { intOr } from '../../methods/arguments.ts'
import { exported } from '../../runtime/convert.ts'
import { type Keywords, type NativeRow, pythonErrorOf } from '../../runtime/native.ts'
import type { Runtime } from '../../runtime/runtime.ts'

/** What filters ask of the host on which a template is rendered. Absent where a template must not see its host. */
export interface TemplateHost {
  readonly isWindows: boolean
  /** Path of a program on the search path, or undefined. */
  which(program: string): Promise<string | undefined>
  /** The first bytes of a file; undefined when it cannot be read. */
  head(path: string, length: number): Promise<Uint8Array | undefined>
  /** Size of a file in bytes; undefined when there is none. */
  size(path: string): Promise<number | undefined>
  /** Hex digest of a file. Rejects when it cannot be read. */
  hash(path: string, type: string): Promise<string>
  /** Paths of a directory and of everything below it. */
  list(path: string): Promise<readonly string[]>
  /** Number of a user, of the current one without a name; undefined when there is none. */
  uid(user: string | undefined): Promise<number | undefined>
  /** An address of a name that answers on a port; undefined when none does. */
  reach(name: string, port: number, ipv6: boolean | undefined): Promise<string | undefined>
  /** One HTTP request with the options of Salt's `http.query`. */
  query(url: string, options: ReadonlyMap<string, unknown>): Promise<unknown>
}

const waiting = { mayWait: true }

/** Salt's filters that look at the host. */
export const hostFilters: readonly NativeRow[] = [
  ['path_join', '*, **', (rt, [parts, options]: [unknown[], Keywords]) => joined(rt, parts, options)],
  [
    'which',
    'exe?',
    async (rt, [program]) =>
      program === undefined || program === null ? null : ((await hostOf(rt).which(rt.text(program))) ?? null),
    waiting,
  ],
  ['is_empty', 'filename', async (rt, [path]) => (await hostOf(rt).size(rt.text(path))) === 0, waiting],
  [
    'is_text_file',
    'fp_, blocksize?',
    async (rt, [path, size]) => isText(await hostOf(rt).head(rt.text(path), intOr(size, 512))),
    waiting,
  ],
  [
    'is_bin_file',
    'path',
    async (rt, [path]) => isBinary(await hostOf(rt).head(rt.text(path), 2048)),
    waiting,
  ],
  [
    'file_hashsum',
    'path, form?, chunk_size?',
    (rt, [path, type]) => hostOf(rt).hash(rt.text(path), type === undefined ? 'sha256' : rt.text(type)),
    waiting,
  ],
  ['list_files', 'directory', async (rt, [path]) => [...(await hostOf(rt).list(rt.text(path)))], waiting],
  [
    'get_uid',
    'user?',
    async (rt, [user]) =>
      (await hostOf(rt).uid(user === undefined || user === null ? undefined : rt.text(user))) ?? null,
    waiting,
  ],
  [
    'dns_check',
    'addr, port, safe?, ipv6?',
    (rt, [address, port, _safe, ipv6]) => reached(rt, rt.text(address), [intOr(port, 0), ipv6]),
    waiting,
  ],
  [
    'http_query',
    'url, **',
    async (rt, [url, options]: [unknown, Keywords]) =>
      rt.services.importer.import(
        await hostOf(rt).query(
          rt.text(url),
          new Map(Array.from(options, ([key, value]) => [key, exported(value)])),
        ),
      ),
    waiting,
  ],
]

function hostOf(rt: Runtime): TemplateHost {
  const { host } = rt.services
  if (host === undefined)
    throw pythonErrorOf('this filter looks at the host, which templates cannot see here')
  return host
}

/** Salt's `path_join`: every part below the first, with `..` resolved. */
function joined(rt: Runtime, parts: readonly unknown[], options: Keywords): string {
  const path = rt.services.host?.isWindows && options.get('use_posixpath') !== true ? win32 : posix
  const [root = '', ...rest] = parts.map((part) => normal(path, rt.text(part)))
  if (parts.length === 0) return ''
  const below = rest.map((part) => part.replace(path === win32 ? /^[\\]+/ : /^[/]+/, ''))
  return normal(path, [root, ...below].join(path.sep))
}

/** As Python's `normpath`, which has no separator at the end. */
function normal(path: typeof posix, text: string): string {
  const result = path.normalize(text)
  return result.length > 1 && result.endsWith(path.sep) && !/^[A-Za-z]:\\$/.test(result)
    ? result.slice(0, -1)
    : result
}

function isText(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && !isBinary(bytes)
}

/** By Salt's rule: a NUL, or more than three in ten bytes that text does not have. */
function isBinary(bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined || bytes.length === 0) return false
  if (bytes.includes(0)) return true
  const odd = bytes.filter(
    (byte) => byte < 0x20 && ![0x07, 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte),
  )
  return odd.length / bytes.length > 0.3
}

async function reached(rt: Runtime, name: string, [port, ipv6]: readonly [number, unknown]): Promise<string> {
  const address = await hostOf(rt).reach(name, port, typeof ipv6 === 'boolean' ? ipv6 : undefined)
  if (address === undefined) throw pythonErrorOf(`DNS lookup or connection check of '${name}' failed.`)
  return address.includes(':') ? `[${address}]` : address
}
