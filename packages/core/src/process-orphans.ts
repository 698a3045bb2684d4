// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'

/**
 * Reads `watch <pid>` and `forget <pid>` until its input ends, which it does when the process at the other end is gone,
 * however that ended. Children that are still there after the grace period are killed with their process groups.
 */
const script = `
live=' '
while read -r order pid; do
  case $order in
    watch) live="$live$pid " ;;
    forget) case $live in *" $pid "*) live="\${live%% $pid *} \${live#* $pid }" ;; esac ;;
  esac
done
[ "$live" = ' ' ] && exit 0
sleep "$1"
for pid in $live; do
  kill -0 "$pid" 2>/dev/null && kill -s KILL -- "-$pid"
done
`

/**
 * Kills child processes that outlive this process. A child whose channel closes ends by itself unless it is blocked: then
 * nothing inside it can notice, and a shell outside does. The shell is started with the first child and shared by all; on
 * Windows the system itself ends the children.
 */
export class OrphanGuard {
  readonly #graceSeconds: number
  readonly #children = new Set<number>()
  #shell: ChildProcess | undefined
  #isClosed = false

  /** How long children may take to end by themselves. */
  constructor(graceMs: number) {
    this.#graceSeconds = Math.ceil(graceMs / 1000)
  }

  /** `pid` is a child that leads a process group. Call `forget` when it has ended: its id is used again. */
  watch(pid: number): void {
    if (this.#isClosed || pid <= 1 || process.platform === 'win32') return
    this.#children.add(pid)
    if (this.#shell === undefined) this.#start()
    else this.#order('watch', pid)
  }

  /** `pid` has ended. */
  forget(pid: number): void {
    if (this.#children.delete(pid)) this.#order('forget', pid)
  }

  /** Watches nothing from now on. */
  close(): void {
    this.#isClosed = true
    this.#children.clear()
    this.#shell?.kill('SIGKILL')
    this.#shell?.stdin?.destroy()
    this.#shell = undefined
  }

  #start(): void {
    // In a session of its own: what ends us at a terminal must not end it.
    const shell = spawn('/bin/sh', ['-c', script, 'sh', String(this.#graceSeconds)], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const lost = () => {
      if (this.#shell === shell) this.#shell = undefined
    }
    shell.on('error', lost).on('exit', lost).unref()
    shell.stdin.on('error', lost)
    if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref()
    this.#shell = shell
    for (const pid of this.#children) this.#order('watch', pid)
  }

  #order(order: 'watch' | 'forget', pid: number): void {
    this.#shell?.stdin?.write(`${order} ${pid}\n`)
  }
}
