// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'

const mebibyte = 1024 * 1024
const lookEveryMs = 200
/** Where the system is short of memory, an executor is to be ended before anything that matters more. */
const oomScore = '500'

/** The limit in bytes that the option `job_memory_max` (MiB; -1 = half of the machine, 0 = none) stands for. */
export function memoryLimit(option: number): number {
  if (option === 0) return Number.POSITIVE_INFINITY
  return option < 0 ? totalmem() / 2 : option * mebibyte
}

/** Resident memory of a process in bytes; 0 where there is no `/proc`, or no such process. */
export function residentBytes(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0 // ended meanwhile, or another system
  }
}

/**
 * Watches one process while it runs a job: a heap bounds itself, Buffers do not. `onExceeded` is called once, with what it
 * had grown to; `stop` ends the watch.
 */
export class MemoryGuard {
  readonly #timer: NodeJS.Timeout

  constructor(pid: number, limitBytes: number, onExceeded: (bytes: number) => void) {
    this.#timer = setInterval(() => {
      const bytes = residentBytes(pid)
      if (bytes <= limitBytes) return
      this.stop()
      onExceeded(bytes)
    }, lookEveryMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Offers a process to the kernel when memory runs out, on systems that ask. */
export function offerToOomKiller(pid: number): void {
  if (process.platform !== 'linux' || pid === 0) return
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, oomScore)
  } catch {
    // Ended meanwhile, or a container that does not let us: a courtesy, nothing depends on it.
  }
}
