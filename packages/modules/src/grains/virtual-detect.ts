// SPDX-License-Identifier: Apache-2.0
import { findProgram, messageOf } from '@halite/core'
import { defineGrain, type GrainContext } from '@halite/loader'
import { readVirtualSigns } from './parts/virtual-signs.ts'
import { virtualGrains } from './parts/virtualization.ts'

export default defineGrain({
  name: 'virtual-detect',
  doc: 'As `virtual`, with the word of `systemd-detect-virt`, which knows more hypervisors than their files show.',
  provides: ['virtual', 'virtual_subtype'],
  slow: true,
  needs: { platform: 'linux' },
  collect: async (ctx) => {
    const detected = await detect(ctx)
    return detected === undefined ? {} : virtualGrains({ ...readVirtualSigns(), detected })
  },
})

/** What the tool prints; undefined when it is missing or fails. `none` is printed with exit code 1. */
async function detect({ run, signal, log }: GrainContext): Promise<string | undefined> {
  const tool = findProgram('systemd-detect-virt')
  if (tool === undefined) return undefined
  try {
    const { stdout } = await run([tool], { signal, timeoutMs: 10_000 })
    return stdout.toString().trim() || undefined
  } catch (error) {
    log.debug('systemd-detect-virt cannot be run', { error: messageOf(error) })
    return undefined
  }
}
