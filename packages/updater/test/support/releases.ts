// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { thisPlatform } from '@halite/updater'
import yazl from 'yazl'

/** A small release: its Node is the one that runs the test. */
export interface SmallRelease {
  readonly version: string
  readonly platform?: string
  /** Path → text, beside `bin/node` and `lib/app.js`. */
  readonly files?: Readonly<Record<string, string>>
  /** Replaces what `lib/app.js` does. */
  readonly program?: string
}

/** Entries of a zip file: path → text, or what is odd about it. */
export interface RawEntry {
  readonly path: string
  readonly text: string
  readonly mode?: number
}

export const platform = thisPlatform()

/** The name of a release of the application `app`. */
export const nameOf = (version: string, on = platform): string => `app-${version}.${on}`

/** The files of a release, with its manifest. */
export function filesOf({ version, files = {}, program, platform: on = platform }: SmallRelease): RawEntry[] {
  const content: Record<string, string> = {
    'bin/node': `#!/bin/sh\nexec '${process.execPath}' "$@"\n`,
    'lib/app.js': program ?? `console.log('app ${version}')\n`,
    ...files,
  }
  const manifest = {
    app: 'app',
    version,
    platform: on,
    tools: ['app'],
    files: Object.entries(content).map(([path, text]) => ({
      path,
      size: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      ...(path === 'bin/node' ? { executable: true } : {}),
    })),
  }
  const entries = Object.entries(content).map(([path, text]) => ({
    path,
    text,
    mode: path === 'bin/node' ? 0o755 : 0o644,
  }))
  return [...entries, { path: 'MANIFEST.json', text: JSON.stringify(manifest) }]
}

/** Puts a release into the directory of an application, as if it had been unpacked there. */
export function placeRelease(root: string, release: SmallRelease): string {
  const folder = join(root, 'versions', nameOf(release.version))
  for (const { path, text, mode } of filesOf(release)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text, { mode: mode ?? 0o644 })
  }
  return folder
}

/** Writes the zip file of a release and returns its path; `change` may spoil its entries. */
export async function zipRelease(
  folder: string,
  release: SmallRelease,
  change: (entries: RawEntry[]) => RawEntry[] = (entries) => entries,
): Promise<string> {
  const name = nameOf(release.version, release.platform)
  const entries = change(
    filesOf(release).map((entry) => ({ ...entry, path: `versions/${name}/${entry.path}` })),
  )
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.zip`)
  const zip = new yazl.ZipFile()
  for (const { path: inside, text, mode = 0o644 } of entries)
    zip.addBuffer(Buffer.from(text), inside, { mode, mtime: new Date(2020, 0, 1) })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

/** A web server on loopback; every request goes to `answer`. */
export async function serve(
  answer: (path: string, response: ServerResponse) => void,
): Promise<{ url: string; server: Server; requests: string[] }> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    answer(decodeURI(request.url ?? ''), response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, requests }
}
