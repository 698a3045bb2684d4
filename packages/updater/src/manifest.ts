// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readFileSync } from 'node:fs'
import { type Decoded, messageOf, SaltError, safeJoin, safeJoinMany, schema, show } from '@halite/core'
import { sha256OfFile } from './digest.ts'

/** The file that makes a folder a version: written last, and named by everything that looks for one. */
export const manifestFile = 'MANIFEST.json'

const { boolean, extensibleRecord, integer, listOf, optional, text } = schema

/** The largest file and the largest version that is unpacked, in bytes. */
const maxFileBytes = 2 ** 30
const maxVersionBytes = 2 ** 31

const decodeManifest = extensibleRecord({
  app: text(64),
  version: text(128),
  platform: text(64),
  node: optional(text(32)),
  /** Programs: `lib/<name>.js` each. */
  tools: listOf(text(64), 100),
  files: listOf(
    extensibleRecord({
      path: text(512),
      size: integer(0, maxFileBytes),
      sha256: text(64),
      executable: optional(boolean),
    }),
    20_000,
  ),
})

/** What a version consists of. */
export type Manifest = Decoded<typeof decodeManifest>

/** One file of a version; `path` is relative to its folder. */
export type ManifestFile = Manifest['files'][number]

/**
 * The manifest in `bytes`, whose paths stay below a folder and are named once each. Throws `UPDATE_INVALID`, naming
 * `source`, for everything else.
 */
export function parseManifest(bytes: string, source: string): Manifest {
  try {
    const manifest = decodeManifest(JSON.parse(bytes), 'manifest')
    checkFiles(manifest.files)
    return manifest
  } catch (cause) {
    throw new SaltError('UPDATE_INVALID', `${source} is not a manifest: ${messageOf(cause)}`, { cause })
  }
}

function checkFiles(files: readonly ManifestFile[]): void {
  const seen = new Set<string>()
  for (const { path, sha256 } of files) {
    // Gives a path or throws; systems that do not tell `A` from `a` would put both into one file.
    safeJoin('/nowhere', path)
    const name = path.toLowerCase()
    if (!isPortable(path) || seen.has(name)) throw new Error(`the path ${show(path)} is refused`)
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`${path} has no SHA-256`)
    seen.add(name)
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (bytes > maxVersionBytes) throw new Error(`${bytes} bytes are more than a version may have`)
}

/** Whether all systems make the same of a path: no device or stream of Windows, nothing that it leaves out of a name. */
function isPortable(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f<>:"|?*\\]/.test(path) || path !== path.normalize('NFC')) return false
  return path.split('/').every((part) => part !== '' && !/[. ]$/.test(part) && !device.test(part))
}

/** With any suffix: `nul.js` is the device too. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3])(?:[ .].*)?$/i

/** The manifest of the version in `folder`. Throws `UPDATE_INVALID` when there is none that can be read. */
export function readManifest(folder: string): Manifest {
  const path = safeJoin(folder, manifestFile)
  try {
    return parseManifest(readFileSync(path, 'utf8'), path)
  } catch (cause) {
    throw new SaltError('UPDATE_INVALID', `${path}: ${messageOf(cause)}`, { cause })
  }
}

/** Whether `folder` has a manifest, and every file of it with the right size: what a cut-off copy does not. */
export function looksComplete(folder: string): boolean {
  try {
    const pathOf = safeJoinMany(folder)
    return readManifest(folder).files.every(({ path, size }) => {
      const found = lstatSync(pathOf(path))
      return found.isFile() && found.size === size
    })
  } catch {
    return false
  }
}

/** Rejects with `UPDATE_INVALID` unless `folder` holds exactly the bytes that the manifest names. */
export async function verifyFiles(folder: string, { files }: Manifest): Promise<void> {
  for (const { path, size, sha256 } of files) {
    const file = safeJoin(folder, path)
    const found = lstatSync(file, { throwIfNoEntry: false })
    if (found?.isFile() !== true || found.size !== size || (await sha256OfFile(file)) !== sha256)
      throw new SaltError('UPDATE_INVALID', `${file} is not what its manifest says`)
  }
}
