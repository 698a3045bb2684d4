// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Jid, loadIdentity, pack, parseJid, parseMinionId, publicPemOf, silentLog } from '@halite/core'
import {
  bind,
  type FunctionKind,
  keywordMap,
  type MasterContext,
  type Presence,
  programRunner,
  Registry,
  thisMachine,
  unnoted,
} from '@halite/loader'
import { JobStore, type KeyChange, KeyStore } from '@halite/master'
import { manifest } from '../../src/index.ts'

/** Calls a runner or wheel function as the master does: by name, with an argument list from the wire. */
export async function callMaster(
  kind: Exclude<FunctionKind, 'execution'>,
  context: MasterContext,
  [fun, arg = [], kwarg = {}]: readonly [
    fun: string,
    arg?: readonly unknown[],
    kwarg?: Record<string, unknown>,
  ],
): Promise<unknown> {
  const { fn } = await new Registry(manifest).function(fun, kind)
  return fn.run(context, bind(fun, fn, [...arg, keywordMap(kwarg)]))
}

/** The text an outputter makes of a value, without colours. */
export async function shownBy(name: string, value: unknown): Promise<string> {
  const outputter = await new Registry(manifest).object('outputters', name)
  return outputter?.render(value, { color: false, indent: undefined, retcode: 0 }) ?? ''
}

/** A context over nothing: what a test needs of it, it puts in. */
export function contextOf(parts: Partial<MasterContext>): MasterContext {
  const none = () => {
    throw new Error('not part of this test')
  }
  const keys = {
    listAll: none,
    match: none,
    accept: none,
    reject: none,
    delete: none,
    finger: none,
    print: none,
    master: none,
    durable: none,
  }
  return {
    options: {},
    log: silentLog,
    keys,
    jobs: undefined,
    fileserver: undefined,
    presence: undefined,
    grains: () => undefined,
    run: programRunner({ signal: new AbortController().signal, leftovers: unnoted }, thisMachine),
    leftovers: unnoted,
    pillar: () => undefined,
    pillars: { compile: none, top: none, isKept: none, kept: none, clear: none, fetch: none },
    mine: { get: none },
    ask: none,
    winrepo: { updateGitRepos: none },
    local: undefined,
    command: none,
    callMaster: none,
    waitForEvents: none,
    asMinion: none,
    signal: new AbortController().signal,
    progress: () => undefined,
    fireEvent: () => undefined,
    ...parts,
  }
}

/** An accepted minion as the master sees it. */
export function minion(id: string, connected: boolean, version = '0.1.0'): Presence {
  return {
    id: parseMinionId(id),
    connected,
    reason: connected ? '' : 'the connection was lost, last seen 9 s ago',
    version: connected ? version : '',
    address: connected ? '192.0.2.7:51234' : '',
  }
}

/** What a job of a test was; the rest is a `test.ping` by root at everybody. */
export interface TestJob {
  readonly jid: string
  readonly fun?: string | string[]
  readonly arg?: unknown[]
  readonly tgt?: string | string[]
  readonly tgt_type?: 'glob' | 'list' | 'compound'
  readonly minions?: readonly string[]
  readonly metadata?: unknown
}

/** A job store in a directory of its own. */
export class TestStore implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'halite-runner-'))
  readonly store = JobStore.open(this.directory)

  async job({ jid, minions = ['m1', 'm2'], ...rest }: TestJob): Promise<Jid> {
    const job = { fun: 'test.ping', arg: [], tgt: '*', tgt_type: 'glob' as const, ret: '', user: 'root' }
    await this.store.saveJob({ ...job, ...rest, jid: parseJid(jid) }, minions.map(parseMinionId))
    return parseJid(jid)
  }

  async ret(
    jid: Jid,
    id: string,
    value: unknown,
    more: { retcode?: number; out?: string } = {},
  ): Promise<void> {
    const { retcode = 0, out } = more
    const ret = { jid, fun: 'test.ping', fun_args: [], return: pack(value), retcode, success: retcode === 0 }
    await this.store.saveReturn(parseMinionId(id), { ...ret, ...(out === undefined ? {} : { out }) })
      .committed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close()
    rmSync(this.directory, { recursive: true })
  }
}

/** A key tree in a directory of its own, and what it reported. */
export class TestKeys implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'halite-wheel-'))
  readonly changes: KeyChange[] = []
  /** How often changes were reported: each time a running master renews its group key. */
  reports = 0
  readonly store = new KeyStore(
    this.directory,
    loadIdentity(join(this.directory, 'master_ed25519')),
    (changes) => {
      this.reports += 1
      this.changes.push(...changes)
    },
  )

  /** Puts a new key of `id` into a state; returns its 32 bytes. */
  add(state: 'minions' | 'minions_pre' | 'minions_rejected' | 'minions_denied', id: string): Buffer {
    const raw = randomBytes(32)
    this.store.directory(state).add(parseMinionId(id), raw)
    return raw
  }

  /** Puts a key into a file whose name no minion is admitted under. */
  misname(state: 'minions_pre', name: string): void {
    writeFileSync(join(this.directory, state, name), publicPemOf(randomBytes(32)))
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true })
  }
}
