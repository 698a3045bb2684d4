// SPDX-License-Identifier: Apache-2.0
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DownloadSettings, FrozenApp, KeyDirectory, Repository, SignedRepository } from '@halite/updater'
import { expect } from 'vitest'
import { nameOf, placeRelease, serve, zipRelease } from './releases.ts'

/** Path → text of the files that every release of an application has besides its program. */
type Files = Readonly<Record<string, string>>

export interface SignedAppInit {
  readonly files?: Files
  /** Default 1.1. */
  readonly releases?: readonly string[]
  readonly rootKeys?: number
}

/**
 * A directory with an application of version 1.0 (`app`), a signed repository (`repo`) with newer releases, the keys of its
 * publisher (`keys`), and a web server that serves it.
 */
export class SignedApp {
  readonly work: string
  /** Of the application. */
  readonly root: string
  /** As its publisher made it; what the server serves is `mirror`. */
  readonly repository: Repository
  readonly directory: string
  mirror: string
  /** How the server answers; `send` at first. */
  answer: (path: string, response: ServerResponse) => void = (path, response) => this.send(path, response)
  /** The clock of the publisher stands still. */
  now = new Date()
  /** What the publisher was told. */
  readonly said: string[] = []
  readonly #files: Files
  #served: Awaited<ReturnType<typeof serve>> | undefined

  private constructor(work: string, files: Files) {
    this.work = work
    this.root = join(work, 'app')
    this.directory = join(work, 'repo')
    this.mirror = this.directory
    this.#files = files
    this.repository = this.publisher()
  }

  /** Makes all of it, and serves nothing yet. */
  static async make({
    files = {},
    releases = ['1.1'],
    rootKeys = 3,
  }: SignedAppInit = {}): Promise<SignedApp> {
    const made = new SignedApp(mkdtempSync(join(tmpdir(), 'halite-signed-')), files)
    placeRelease(made.root, { version: '1.0', files })
    writeFileSync(join(made.root, 'current'), `${nameOf('1.0')}\n`)
    await made.repository.init({ rootKeys, threshold: Math.min(2, rootKeys) })
    for (const version of releases) await made.release(version)
    made.trust()
    return made
  }

  /** The same, served. */
  static async open(init: SignedAppInit = {}): Promise<SignedApp> {
    return (await SignedApp.make(init)).serve()
  }

  /** A copy of it, served: making one takes longer. */
  async copy(): Promise<SignedApp> {
    const work = mkdtempSync(join(tmpdir(), 'halite-signed-'))
    cpSync(this.work, work, { recursive: true })
    return new SignedApp(work, this.#files).serve()
  }

  async serve(): Promise<this> {
    this.#served = await serve((path, response) => this.answer(path, response))
    return this
  }

  get url(): string {
    return this.#served?.url ?? ''
  }

  /** The paths that were asked for. */
  get requests(): readonly string[] {
    return this.#served?.requests ?? []
  }

  /** Whoever has `keys` and publishes in `directory`; by default the publisher of the repository, with the clock `now`. */
  publisher(directory = this.directory, keys = join(this.work, 'keys'), now = () => this.now): Repository {
    const say = (text: string) => this.said.push(text)
    return new Repository({ directory, keys: new KeyDirectory(keys), now, say })
  }

  /** Publishes a release. */
  async release(version: string, files: Files = this.#files): Promise<void> {
    await this.repository.add(await this.zip(version, files))
    await this.publish()
  }

  zip(version: string, files: Files = this.#files): Promise<string> {
    return zipRelease(join(this.work, 'zips'), { version, files })
  }

  async publish(): Promise<void> {
    await this.repository.sign()
    await this.repository.publish()
  }

  /** Puts the root of a repository where the application trusts it. */
  trust(directory = this.directory): void {
    mkdirSync(join(this.root, 'trust'), { recursive: true })
    copyFileSync(join(directory, 'metadata/1.root.json'), join(this.root, 'trust/root.json'))
  }

  /** The directories of what the application knows of its repositories. */
  known(): string[] {
    const all = join(this.root, 'trust/metadata')
    return readdirSync(all).map((name) => join(all, name))
  }

  send(path: string, response: ServerResponse, directory = this.mirror): void {
    const file = join(directory, path)
    if (existsSync(file)) response.end(readFileSync(file))
    else response.writeHead(404).end()
  }

  /** The application, opened again. */
  app(settings: DownloadSettings = {}): FrozenApp {
    const trust = { root: join(this.root, 'trust/root.json'), directory: join(this.root, 'trust/metadata') }
    const finder = new SignedRepository({ url: this.url, trust, settings })
    return new FrozenApp({ root: this.root, finder })
  }

  /** An update is refused, and leaves everything as it was. */
  async refuses(why: RegExp, settings: DownloadSettings = {}): Promise<void> {
    await expect(this.app(settings).autoUpdate()).rejects.toThrow(why)
    expect(this.app().version).toBe('1.0')
    expect(readdirSync(join(this.root, 'versions'))).toEqual([nameOf('1.0')])
    expect(existsSync(join(this.root, 'updates'))).toBe(false)
  }

  close(): void {
    this.#served?.server.closeAllConnections()
    this.#served?.server.close()
    rmSync(this.work, { recursive: true, force: true })
  }
}
