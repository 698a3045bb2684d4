// SPDX-License-Identifier: Apache-2.0
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processStart, run } from '@halite/core'
import {
  confirm,
  FrozenApp,
  Layout,
  LocalDirectory,
  readTrial,
  SignedRepository,
  type VersionFinder,
} from '@halite/updater'
import { expect } from 'vitest'
import { nameOf, placeRelease } from '../../../packages/updater/test/support/releases.ts'
import { TracedStep } from './faults.ts'

/** What runs, and what is to run. */
export const [old, next] = [nameOf('1.0'), nameOf('1.1')] as [string, string]

/** A directory of the application, to be damaged again and again. */
export class Place {
  readonly root: string
  readonly step: TracedStep
  readonly layout: Layout

  constructor(root: string, driver: string) {
    this.root = root
    this.step = new TracedStep(driver, `${root}.strace`)
    this.layout = new Layout(root)
  }

  /** Makes it what `from` is. */
  restore(from: string): void {
    rmSync(this.root, { recursive: true, force: true })
    cpSync(from, this.root, { recursive: true })
  }

  /** The machine was started again: the pid of whoever held the lock is that of another process, started at the same tick. */
  reboot(): void {
    const lock = join(this.root, '.update.lock')
    if (!existsSync(lock)) return
    const holder = { pid: process.pid, started: processStart(process.pid), boot: 'another' }
    writeFileSync(lock, JSON.stringify(holder))
  }

  app(source: string): FrozenApp {
    return new FrozenApp({ root: this.root, finder: finderOf(source, this.layout) })
  }

  /** Whatever happened: what starts is whole. */
  async startsOneOf(versions: readonly string[]): Promise<void> {
    const { stdout, stderr } = await run([join(this.root, 'app')], { env: {} })
    expect(versions.map((version) => `app ${version}\n`)).toContain(`${stdout}${stderr}`)
  }

  /** The next update finishes, and leaves nothing behind. */
  async finishes(source: string): Promise<void> {
    await this.startsOneOf(['1.0', '1.1'])
    await this.app(source).autoUpdate()
    this.expectNoLeftovers()
    await this.startsOneOf(['1.1'])
    expect(readTrial(this.layout)?.judge).toBe(old)
    expect(confirm(this.layout, next, 'test')).toBe(true)
  }

  expectNoLeftovers(): void {
    // What was to become a lock stays for a moment: it may be of a process that is about to take it.
    const left = readdirSync(this.root, { recursive: true }).filter((path) =>
      /updates|\.tmp|\.gone|\.lock$|target-/.test(String(path)),
    )
    expect(left).toEqual([])
  }

  /** The new version is switched to, and not decided. */
  putOnTrial(): void {
    placeRelease(this.root, { version: '1.1' })
    writeFileSync(this.layout.current, `${next}\n`)
    writeFileSync(this.layout.previous, `${old}\n`)
    const trial = {
      version: next,
      judge: old,
      needs: 'start',
      maxAttempts: 2,
      deadlineMs: 1000,
      attempts: 1,
      note: null,
    }
    writeFileSync(this.layout.trial, `${old}\n${JSON.stringify(trial)}\n`)
  }
}

function finderOf(source: string, layout: Layout): VersionFinder {
  if (!source.startsWith('http:')) return new LocalDirectory(source)
  const trust = { root: join(layout.trust, 'root.json'), directory: join(layout.trust, 'metadata') }
  return new SignedRepository({ url: source, trust })
}
