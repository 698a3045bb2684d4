// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, SaltError } from '@halite/core'
import { type DownloadOptions, type DownloadSettings, downloadBytes, downloadFile } from '../download.ts'
import type { FetchPlace, VersionFinder, Wanted } from '../finder.ts'
import { parseReleaseName, type ReleaseName, releaseName } from '../release-name.ts'
import { unpackZip } from '../unpack-zip.ts'
import { checkStep, shownUrl, WebAccess } from '../web-access.ts'

/** The largest page that lists releases, and the largest release. */
const maxIndexBytes = 4 * 2 ** 20
const maxZipBytes = 2 ** 30

/**
 * Releases that a web server lists in a page with links to their zip files, as for Esky. Nothing is signed: it believes
 * whoever answers.
 */
export class WebDirectory implements VersionFinder {
  readonly name: string
  readonly isSigned = false
  readonly #url: string
  readonly #settings: DownloadSettings

  constructor(url: string, settings: DownloadSettings = {}) {
    this.#url = url
    this.#settings = { access: new WebAccess(), ...settings }
    this.name = `unsigned directory ${shownUrl(url)}`
  }

  async findVersions(wanted: Wanted): Promise<string[]> {
    return [...(await this.#read(wanted)).links.keys()]
  }

  async fetchVersion(release: ReleaseName, place: FetchPlace): Promise<void> {
    const { page, links } = await this.#read(release, place.signal)
    const link = links.get(release.version)
    if (link === undefined) throw notFound(release, this.name)
    checkStep(page, link)
    const file = join(place.downloads, `${releaseName(release)}.zip`)
    await downloadFile(link, file, {
      ...this.#settings,
      maxBytes: maxZipBytes,
      signal: place.signal,
      onBytes: (received, size) => place.onProgress({ status: 'downloading', received, size }),
    })
    await unpackZip(file, release, place.unpacked)
  }

  /** Where the page was in the end, and what it links to: version → URL. */
  async #read(wanted: Wanted, signal?: AbortSignal): Promise<LinkPage> {
    const options: DownloadOptions = { ...this.#settings, maxBytes: maxIndexBytes, signal }
    const { url, bytes } = await downloadBytes(this.#url, options)
    const found = [...bytes.toString('utf8').matchAll(/href\s*=\s*["']?([^"'\s>]+\.zip)["'\s>]/gi)]
    return { page: url, links: new Map(found.flatMap(([, link = '']) => linkTo(link, url, wanted))) }
  }
}

interface LinkPage {
  readonly page: string
  readonly links: ReadonlyMap<string, string>
}

/** User and password are for the host of the page. */
function linkTo(link: string, base: string, wanted: Wanted): [string, string][] {
  const text = link.replaceAll('&amp;', '&')
  if (!URL.canParse(text, base)) return []
  const url = new URL(text, base)
  const page = new URL(base)
  if (url.origin === page.origin && url.username === '') {
    url.username = page.username
    url.password = page.password
  }
  const version = versionOf(url.pathname.split('/').at(-1)?.replaceAll('%2B', '+') ?? '', wanted)
  return version === undefined ? [] : [[version, url.href]]
}

/** Releases whose zip files lie in a directory of this machine. */
export class LocalDirectory implements VersionFinder {
  readonly name: string
  readonly isSigned = false
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
    this.name = `unsigned directory ${directory}`
  }

  async findVersions(wanted: Wanted): Promise<string[]> {
    return this.#files().flatMap((file) => versionOf(file, wanted) ?? [])
  }

  async fetchVersion(release: ReleaseName, place: FetchPlace): Promise<void> {
    const file = `${releaseName(release)}.zip`
    if (!this.#files().includes(file)) throw notFound(release, this.name)
    copyFileSync(join(this.#directory, file), join(place.downloads, file))
    await unpackZip(join(place.downloads, file), release, place.unpacked)
  }

  #files(): string[] {
    try {
      return readdirSync(this.#directory)
    } catch (cause) {
      throw new SaltError('UPDATE_UNREACHABLE', `${this.#directory} cannot be read: ${messageOf(cause)}`, {
        cause,
      })
    }
  }
}

function versionOf(file: string, { app, platform }: Wanted): string | undefined {
  const name = file.endsWith('.zip') ? parseReleaseName(file.slice(0, -'.zip'.length)) : undefined
  return name?.app === app && name.platform === platform ? name.version : undefined
}

/** A source does not have a version. */
export function notFound(release: ReleaseName, source: string): SaltError {
  return new SaltError('UPDATE_NOT_FOUND', `${source} has no ${releaseName(release)}`)
}
