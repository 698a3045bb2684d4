// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { isFunctionOfSalt } from '../src/functions-of-salt.ts'
import { Registry } from '../src/index.ts'

describe('functions of Salt', () => {
  it.each([
    'saltutil.sync_all',
    'saltutil.runner',
    'pkg.install',
    'state.apply',
    'cmd.run',
    'x509.read_certificate',
  ])('%s is one', (name) => expect(isFunctionOfSalt('execution', name)).toBe(true))

  it.each(['salt.cmd', 'cache.grains', 'pillar.show_pillar', 'event.send', 'config.get', 'doc.runner'])(
    '%s is a runner',
    (name) => expect(isFunctionOfSalt('runners', name)).toBe(true),
  )

  it.each(['test.pingg', 'nosuch.fun', 'pkg', '', '.', 'pkg.', 'a.b.c', 'cmd. ', '(.*).run'])(
    '%j is not one of them',
    (name) => {
      expect(isFunctionOfSalt('execution', name)).toBe(false)
    },
  )

  it('are told from names that nobody has', async () => {
    const registry = new Registry({})
    await expect(registry.function('pkg.install')).rejects.toThrow(
      "'pkg.install' is not available. It exists in Salt and is not built yet.",
    )
    await expect(registry.function('salt.cmd', 'runners')).rejects.toThrow('exists in Salt')
    await expect(registry.function('no.such')).rejects.toThrow(/^'no.such' is not available\.$/)
  })
})
