// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net'
import { findProgram } from './find-program.ts'

/**
 * The addresses of a host, in the order in which the system's name services give them, its hosts file included. Empty or
 * rejected, with the system's error, when there are none; rejects with the signal's reason as soon as that aborts.
 *
 * Asked through `getent` where there is one: a look-up inside this process cannot be cancelled, occupies one of the few
 * threads that files need too, and holds up the end of the process for as long as no name server answers.
 */
export async function lookUpHost(host: string, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted()
  const getent = process.platform === 'win32' ? undefined : findProgram('getent')
  if (getent === undefined || host.startsWith('-')) return lookUpHere(host, signal)
  const { run } = await import('./process.ts')
  const { stdout } = await run([getent, 'ahosts', host], { signal })
  signal.throwIfAborted()
  const lines = stdout.toString().split('\n')
  return [...new Set(lines.map((line) => line.split(/\s/)[0] ?? ''))].filter((address) => isIP(address) !== 0)
}

async function lookUpHere(host: string, signal: AbortSignal): Promise<string[]> {
  const { lookup } = await import('node:dns/promises')
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    lookup(host, { all: true })
      .then((found) => resolve([...new Set(found.map(({ address }) => address))]), reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
