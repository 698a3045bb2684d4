// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { findProgram } from '@halite/core'
import { defineGrain } from '@halite/loader'
import { isDirectory, readText } from './parts/read.ts'

export default defineGrain({
  name: 'init',
  doc: 'The program that starts and supervises the services of this host.',
  provides: ['init'],
  collect: () => {
    if (process.platform === 'win32') return { init: 'Windows' }
    if (process.platform === 'darwin') return { init: 'launchd' }
    return process.platform === 'linux' ? { init: linuxInit() } : {}
  },
})

function linuxInit(): string {
  if (isDirectory('/run/systemd/system')) return 'systemd'
  const words = (readText('/proc/1/cmdline') ?? '').split('\0').filter((word) => word !== '')
  return supervisor(words) ?? initProgram(words[0]) ?? 'unknown'
}

/** A supervisor that a container starts as its first process, or that a script starts it with. */
export function supervisor(words: readonly string[]): string | undefined {
  const names = words.map((word) => basename(word))
  if (names.includes('my_init') || names[0] === 'runit') return 'runit'
  return ['supervisord', 'dumb-init', 'tini'].find((name) => names.includes(name))
}

/** `/sbin/init` can be any of three; each carries its own name. */
function initProgram(name: string | undefined): string | undefined {
  const program = name === undefined ? undefined : findProgram(name)
  if (program === undefined || !program.endsWith('bin/init')) return undefined
  try {
    return initOf(readFileSync(program))
  } catch {
    return undefined
  }
}

/** The init system whose name stands in a program's bytes. */
export function initOf(program: Buffer): string | undefined {
  const text = program.toString('latin1').toLowerCase()
  return ['upstart', 'sysvinit', 'systemd'].find((name) => text.includes(name))
}
