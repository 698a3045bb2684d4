// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** The user that owns nothing, `nobody` where there is one. */
export const otherUser = { name: 'nobody', uid: 65534, gid: 65534 }

/** Why what is tried here cannot be tried on this machine; undefined when it can. */
export function whyNoOtherUser(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can become another user'
  const entry = `${otherUser.name}:x:${otherUser.uid}:${otherUser.gid}:`
  if (
    !readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .some((line) => line.startsWith(entry))
  )
    return `there is no user ${otherUser.name} with the usual ids`
  return undefined
}

/** A program that another user runs beside what is tested. */
export class OtherUser implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #output = ''

  /** Made by `beOtherUser`. */
  constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'exit')
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
  }

  /** What it has printed until now. */
  get output(): string {
    return this.#output
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/**
 * Runs JavaScript as the other user; it finds `fs` and `join`, its arguments as `args`, and `attempt`, which calls a
 * function whatever it throws. Resolves once it is under way.
 */
export async function beOtherUser(script: string, ...args: string[]): Promise<OtherUser> {
  const text = `
    const fs = require('node:fs'), { join } = require('node:path'), args = process.argv.slice(1)
    const attempt = (act) => { try { return act() } catch (error) { return undefined } }
    process.setgroups([]); process.setgid(${otherUser.gid}); process.setuid(${otherUser.uid})
    process.stdout.write('ready\\n')
    ${script}`
  const child = spawn(process.execPath, ['-e', text, ...args])
  const user = new OtherUser(child)
  await once(child.stdout, 'data')
  return user
}
