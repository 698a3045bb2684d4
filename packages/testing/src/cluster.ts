// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { LocalClient } from '@halite/client'
import { loadOptions, type MasterOptions, type MinionOptions, parseMinionId, silentLog } from '@halite/core'
import { Master } from '@halite/master'
import { type LinkState, Minion } from '@halite/minion'
import { manifest } from '@halite/modules'
import { type ClusterOptions, masterOptionsIn } from './cluster-options.ts'
import { executorFiles } from './repository.ts'
import { removeTemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { until } from './until.ts'

/** One minion of a cluster, as it can be started again. */
interface Member {
  readonly options: MinionOptions
  readonly setState: (state: LinkState) => void
  minion: Minion
  state: LinkState
  losses: number
}

/**
 * A master, minions and a client in this process, over real sockets on loopback, below a directory of their own.
 * Whoever starts it closes it.
 */
export class Cluster implements AsyncDisposable {
  readonly directory: string
  readonly masterOptions: MasterOptions
  readonly client: LocalClient
  /** Where the master's two sockets are, as ZeroMQ takes it. */
  readonly addresses: { readonly publish: string; readonly ret: string }
  readonly #settings: ClusterOptions
  readonly #members = new Map<string, Member>()
  readonly #impostors = new Set<Minion>()
  #master: Master

  /** Made by `startCluster`. */
  constructor(directory: string, masterOptions: MasterOptions, settings: ClusterOptions) {
    const { publish_port, ret_port } = masterOptions
    this.directory = directory
    this.masterOptions = masterOptions
    this.#settings = settings
    this.addresses = { publish: `tcp://127.0.0.1:${publish_port}`, ret: `tcp://127.0.0.1:${ret_port}` }
    this.client = new LocalClient({ options: masterOptions })
    this.#master = this.#makeMaster()
  }

  get master(): Master {
    return this.#master
  }

  get minions(): Minion[] {
    return [...this.#members.values()].map(({ minion }) => minion)
  }

  /** A minion by its id. Throws if there isn't one. */
  minion(id: string): Minion {
    return this.#member(id).minion
  }

  /** How the link of a minion stands. */
  state(id: string): LinkState {
    return this.#member(id).state
  }

  /** How often a minion has lost its session: one that is back within milliseconds is not seen in `state`. */
  losses(id: string): number {
    return this.#member(id).losses
  }

  /** The options a minion was started with. */
  minionOptions(id: string): MinionOptions {
    return this.#member(id).options
  }

  /**
   * Starts a further minion, with options of its own; accepted and connected unless the cluster does not accept. Rejects at
   * once when it refuses the master.
   */
  async addMinion(id: string, overrides: Partial<MinionOptions> = {}): Promise<Minion> {
    const options = this.#optionsOf(id, overrides)
    const setState = (state: LinkState) => {
      if (member.state === 'up' && state !== 'up') member.losses += 1
      member.state = state
    }
    const member: Member = {
      options,
      setState,
      minion: this.#makeMinion(id, options, setState),
      state: 'connecting',
      losses: 0,
    }
    this.#members.set(id, member)
    await member.minion.start()
    if (this.#settings.accept === false) return member.minion
    await until(`${id} shows its key`, () => member.state !== 'connecting')
    if (member.state === 'refused') throw new Error(`${id} refuses the master`)
    if (member.state === 'pending') this.#master.keys.accept(id)
    await this.waitConnected([id])
    return member.minion
  }

  /** Starts a minion of another machine that claims the id of one that is here. It is closed with the cluster. */
  async addImpostor(id: string): Promise<Minion> {
    const options = this.#optionsOf(id, {}, join(this.directory, `impostor${this.#impostors.size}`))
    const impostor = this.#makeMinion(id, options)
    this.#impostors.add(impostor)
    await impostor.start()
    return impostor
  }

  /**
   * Closes the master and starts another one on the same directories and ports; `between` is called while none runs.
   * Minions come back by themselves.
   */
  async restartMaster(between: () => void | Promise<void> = () => undefined): Promise<Master> {
    await this.#master.close()
    await between()
    this.#master = this.#makeMaster()
    await this.#master.start()
    return this.#master
  }

  /** Closes a minion and starts another one on the same directories; it connects by itself. */
  async restartMinion(id: string): Promise<Minion> {
    const member = this.#member(id)
    await member.minion.close()
    member.state = 'connecting'
    member.minion = this.#makeMinion(id, member.options, member.setState)
    await member.minion.start()
    return member.minion
  }

  /** Resolves once these minions, or all, have a session: jobs reach them. */
  async waitConnected(ids: readonly string[] = [...this.#members.keys()], timeoutMs = 30_000): Promise<void> {
    const missing = () => ids.filter((id) => this.state(id) !== 'up')
    await until(`minions ${ids.join(', ')} connected`, () => missing().length === 0, timeoutMs)
  }

  /** Resolves once every minion gets what is published under the group key, and not session by session any more. */
  async waitConfirmed(timeoutMs = 30_000): Promise<void> {
    const wanted = this.#members.size
    const confirmed = () => Number(this.#master.status()['minions_confirmed'])
    await until(`${wanted} minions hear publications`, () => confirmed() >= wanted, timeoutMs)
  }

  /** Starts the master; part of `startCluster`. */
  async start(): Promise<void> {
    await this.#master.start()
    const { minions } = this.#settings
    const ids =
      typeof minions === 'number' ? Array.from({ length: minions }, (_, index) => `m${index + 1}`) : minions
    await Promise.all(ids.map((id) => this.addMinion(id)))
  }

  /** Closes everything and removes the directory. */
  async close(): Promise<void> {
    await this.client.close()
    await Promise.all([...this.minions, ...this.#impostors].map((minion) => minion.close()))
    await this.#master.close()
    removeTemporaryDirectory(this.directory)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #member(id: string): Member {
    const member = this.#members.get(id)
    if (member === undefined) throw new Error(`the cluster has no minion ${id}`)
    return member
  }

  get #files(): ReturnType<typeof executorFiles> {
    const files = executorFiles()
    const { executorManifest = files.manifest } = this.#settings
    return { ...files, manifest: executorManifest }
  }

  #makeMaster(): Master {
    const { log = silentLog, heartbeatSeconds } = this.#settings
    return new Master({
      options: this.masterOptions,
      manifest: this.#settings.manifest ?? manifest,
      files: this.#files,
      log,
      ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    })
  }

  #makeMinion(id: string, options: MinionOptions, onState?: (state: LinkState) => void): Minion {
    const { log = silentLog, resolve, verifier } = this.#settings
    return new Minion({
      id: parseMinionId(id),
      options,
      manifest: this.#settings.manifest ?? manifest,
      files: this.#files,
      log,
      ...(resolve === undefined ? {} : { resolve }),
      ...(verifier === undefined ? {} : { verifier }),
      ...(onState === undefined ? {} : { onState: (_master: string, state: LinkState) => onState(state) }),
    })
  }

  #optionsOf(
    id: string,
    overrides: Partial<MinionOptions>,
    root: string = join(this.directory, id),
  ): MinionOptions {
    const own = { root_dir: root, id, master: '127.0.0.1', master_port: this.masterOptions.ret_port }
    const given = { ...own, ...this.#settings.minion, ...overrides }
    return loadOptions('minion', { configDir: join(root, 'etc'), overrides: given }).options
  }
}

/** Starts a master and its minions in this process. Rejects, with nothing left behind, when one of them cannot start. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const directory = temporaryDirectory('ht')
  let cluster: Cluster | undefined
  try {
    cluster = new Cluster(directory, await masterOptionsIn(directory, options), options)
    await cluster.start()
    return cluster
  } catch (error) {
    await cluster?.close()
    removeTemporaryDirectory(directory)
    throw error
  }
}
