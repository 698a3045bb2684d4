// SPDX-License-Identifier: Apache-2.0
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isSaltError, messageOf, SaltError, safeJoin, show } from '@halite/core'
import type { Entry, ZipFile } from 'yauzl'
import yauzl from 'yauzl'
import { sha256 } from './digest.ts'
import { syncPath } from './durable-file.ts'
import { type ManifestFile, manifestFile, parseManifest } from './manifest.ts'
import { type ReleaseName, releaseName } from './release-name.ts'

/** A manifest is read into memory. */
const maxManifestBytes = 8 * 2 ** 20
/** Central directories have fixed costs for each entry. */
const maxEntries = 30_000

/**
 * Unpacks the version of a release from its zip file into the directory `target`. Only files that the manifest inside names are
 * written, each with the size and hash it names; links and everything else are refused. Rejects with `UPDATE_INVALID`.
 */
export async function unpackZip(path: string, release: ReleaseName, target: string): Promise<void> {
  let zip: ZipFile | undefined
  try {
    zip = await yauzl.openPromise(path, { strictFileNames: true, validateEntrySizes: true, autoClose: false })
    const entries = await entriesOf(zip, `versions/${releaseName(release)}/`)
    await unpack(zip, entries, { release, target })
  } catch (error) {
    if (isSaltError(error)) throw error
    throw new SaltError('UPDATE_INVALID', `the archive ${path} is refused: ${messageOf(error)}`, {
      cause: error,
    })
  } finally {
    zip?.close()
  }
}

/** The entries of the version by their path in it. The start files beside it are not for updates. */
async function entriesOf(zip: ZipFile, prefix: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > maxEntries) throw new Error(`it has ${zip.entryCount} entries`)
  const found = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry
    if (!fileName.startsWith(prefix) || fileName.endsWith('/')) continue
    const path = fileName.slice(prefix.length)
    if (found.has(path)) throw new Error(`it has two entries ${show(fileName)}`)
    if (isLink(entry)) throw new Error(`${show(fileName)} is a link`)
    found.set(path, entry)
  }
  return found
}

/** The upper half of the attributes is a Unix mode. */
function isLink({ externalFileAttributes }: Entry): boolean {
  const type = (externalFileAttributes >>> 16) & 0o170000
  return type !== 0 && type !== 0o100000
}

async function unpack(
  zip: ZipFile,
  entries: Map<string, Entry>,
  { release, target }: { readonly release: ReleaseName; readonly target: string },
): Promise<void> {
  const described = entries.get(manifestFile)
  if (described === undefined || described.uncompressedSize > maxManifestBytes)
    throw new Error('it has no manifest of this version')
  const text = await readText(zip, described)
  const manifest = parseManifest(text, manifestFile)
  if (releaseName(manifest) !== releaseName(release))
    throw new Error(`its manifest is that of ${releaseName(manifest)}`)
  const { files } = manifest
  const stray = [...entries.keys()].find(
    (path) => path !== manifestFile && !files.some((file) => file.path === path),
  )
  if (stray !== undefined) throw new Error(`the manifest does not name ${show(stray)}`)
  for (const file of files) await unpackOne(zip, entries.get(file.path), { file, target })
  writeFileSync(safeJoin(target, manifestFile), text, { flag: 'wx', mode: 0o644, flush: true })
}

async function readText(zip: ZipFile, entry: Entry): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}

async function unpackOne(
  zip: ZipFile,
  entry: Entry | undefined,
  { file, target }: { readonly file: ManifestFile; readonly target: string },
): Promise<void> {
  if (entry === undefined) throw new Error(`it lacks ${file.path}`)
  if (entry.uncompressedSize !== file.size)
    throw new Error(`${file.path} has ${entry.uncompressedSize} bytes`)
  await writeChecked(await zip.openReadStreamPromise(entry), file, target)
}

/** Writes one file of a version below `target`, flushed to the disk. Rejects when its bytes are not those of the manifest. */
export async function writeChecked(
  content: NodeJS.ReadableStream,
  { path, size, sha256: expected, executable }: ManifestFile,
  target: string,
): Promise<void> {
  const place = safeJoin(target, path)
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 })
  const hash = sha256()
  let bytes = 0
  const check = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length
      hash.update(piece)
      done(bytes > size ? new Error(`${path} has more than ${size} bytes`) : null, piece)
    },
  })
  const mode = executable === true ? 0o755 : 0o644
  await pipeline(content, check, createWriteStream(place, { flags: 'wx', mode }))
  if (bytes !== size || hash.digest('hex') !== expected)
    throw new SaltError('UPDATE_INVALID', `${path} is not what the manifest says`)
  syncPath(place)
}
