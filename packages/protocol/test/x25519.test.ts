// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { agree, makeEphemeral } from '@halite/protocol'
import { describe, expect, it } from 'vitest'

describe('an ephemeral pair', () => {
  it('agrees with another on the same secret', () => {
    const [ours, theirs] = [makeEphemeral(), makeEphemeral()]
    expect(ours.publicRaw).toHaveLength(32)
    expect(agree(ours, theirs.publicRaw)).toEqual(agree(theirs, ours.publicRaw))
    expect(agree(ours, theirs.publicRaw)).not.toEqual(agree(ours, makeEphemeral().publicRaw))
  })

  // A master that made pairs with `export()` waited for itself for ever after some ten thousand handshakes.
  it('is made while the garbage collector runs at any moment', () => {
    const script = `
      import { makeEphemeral } from '@halite/protocol'
      for (let made = 0; made < 1500; made += 1) makeEphemeral()
      console.log('made')`
    const args = ['--gc-interval=97', '--input-type=module', '--eval', script]
    const said = execFileSync(process.execPath, args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      timeout: 30_000,
    })
    expect(said).toBe('made\n')
  }, 40_000)
})
