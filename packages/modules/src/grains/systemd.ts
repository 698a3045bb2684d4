// SPDX-License-Identifier: Apache-2.0
import { findProgram, messageOf } from '@halite/core'
import { defineGrain } from '@halite/loader'

export default defineGrain({
  name: 'systemd',
  doc: 'Version and compiled-in features of systemd.',
  provides: ['systemd'],
  slow: true,
  needs: { platform: 'linux' },
  collect: async ({ run, signal, log }) => {
    const systemctl = findProgram('systemctl')
    if (systemctl === undefined || findProgram('localectl') === undefined) return {}
    try {
      const { stdout } = await run([systemctl, '--version'], { signal, timeoutMs: 10_000 })
      return parseSystemd(stdout.toString())
    } catch (error) {
      log.debug('systemctl cannot be run', { error: messageOf(error) })
      return {}
    }
  },
})

/** `systemd 252 (252.22-1)` and a line of features; nothing when the text is of another shape. */
export function parseSystemd(text: string) {
  const [first = '', features = ''] = text.split('\n')
  const [, version] = first.split(' ')
  return version === undefined ? {} : { systemd: { version, features } }
}
