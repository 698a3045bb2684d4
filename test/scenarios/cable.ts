// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { until } from '@halite/testing'

export type End = 'near' | 'far'

const addresses = { near: '10.99.0.1', far: '10.99.0.2' } as const
const cards = { near: '02:00:00:00:99:01', far: '02:00:00:00:99:02' } as const
/** No card has it. */
const nowhere = '02:00:00:00:99:ff'
const tools = ['unshare', 'nsenter', 'ip'] as const

/** Why there can be no cable here; undefined when there can. */
export function whyNoCable(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are for Linux'
  if (process.env['HALITE_TEST_HOST'] !== '1')
    return 'it makes network namespaces, which is for HALITE_TEST_HOST=1'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  try {
    for (const tool of tools) execFileSync(tool, ['-V'], { stdio: 'ignore' })
    execFileSync('unshare', ['--net', 'true'], { stdio: 'ignore' })
    return undefined
  } catch {
    return `it needs ${tools.join(', ')}, and leave to make network namespaces`
  }
}

/**
 * Two network namespaces with a cable between them that swallows everything on demand, as a switch without power does: nobody is
 * told, and no kernel answers for the other. Namespaces and cable end with the processes that hold them.
 */
export class Cable implements AsyncDisposable {
  readonly #holders: Readonly<Record<End, ChildProcess>>
  readonly #running = new Set<ChildProcess>()

  private constructor(holders: Readonly<Record<End, ChildProcess>>) {
    this.#holders = holders
  }

  /** Lays a cable. */
  static async lay(): Promise<Cable> {
    const cable = new Cable({ near: holder(), far: holder() })
    await until('both namespaces are there', () => cable.#areApart())
    const far = String(cable.#pid('far'))
    cable.#ip('near', ['link', 'add', 'cable0', 'type', 'veth', 'peer', 'name', 'cable0', 'netns', far])
    for (const end of ['near', 'far'] as const) {
      cable.#ip(end, ['link', 'set', 'lo', 'up'])
      cable.#ip(end, ['link', 'set', 'cable0', 'address', cards[end], 'up'])
      cable.#ip(end, ['address', 'add', `${addresses[end]}/24`, 'dev', 'cable0'])
    }
    cable.mend()
    return cable
  }

  address(end: End): string {
    return addresses[end]
  }

  /** Starts a program at one end; it is killed when the cable is closed. */
  start(end: End, command: readonly string[]): ChildProcess {
    const child = spawn('nsenter', [`--target=${this.#pid(end)}`, '--net', ...command], { stdio: 'ignore' })
    this.#running.add(child)
    return child
  }

  /** From now on nothing arrives, in either direction. */
  cut(): void {
    this.#point({ near: nowhere, far: nowhere })
  }

  /** Carries again. */
  mend(): void {
    this.#point(cards)
  }

  async close(): Promise<void> {
    for (const child of [...this.#running, ...Object.values(this.#holders)]) child.kill('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Where each end believes the card of the other is. */
  #point(believed: Readonly<Record<End, string>>): void {
    for (const [end, other] of [
      ['near', 'far'],
      ['far', 'near'],
    ] as const)
      this.#ip(end, [
        ...['neighbour', 'replace', addresses[other], 'lladdr', believed[other]],
        ...['dev', 'cable0', 'nud', 'permanent'],
      ])
  }

  #ip(end: End, args: readonly string[]): void {
    execFileSync('nsenter', [`--target=${this.#pid(end)}`, '--net', 'ip', ...args])
  }

  #pid(end: End): number {
    return this.#holders[end].pid ?? 0
  }

  #areApart(): boolean {
    const names = [process.pid, this.#pid('near'), this.#pid('far')].map((pid) =>
      readlinkSync(`/proc/${pid}/ns/net`),
    )
    return new Set(names).size === names.length
  }
}

function holder(): ChildProcess {
  return spawn('unshare', ['--net', 'sleep', '3600'], { stdio: 'ignore' })
}
