// SPDX-License-Identifier: Apache-2.0
import { isMinionId, parseJid, parseMinionId, parseSaltenv } from '@halite/core'
import { describe, expect, it } from 'vitest'

describe('minion ids', () => {
  it.each(['m1', 'web1.example.com', 'WIN-7', 'a,b c', 'é', 'x'.repeat(255)])('takes %j', (id) => {
    expect(parseMinionId(id)).toBe(id)
  })

  it.each([
    '',
    '.',
    '..',
    'a/b',
    'a\\b',
    '../x',
    'a\0b',
    'a\nb',
    'a\u009bb',
    'a\u202eb',
    'a\u2066b',
    'x'.repeat(300),
    'é'.repeat(128),
    '\ud800',
    5,
    null,
  ])('refuses %j', (id) => {
    expect(isMinionId(id)).toBe(false)
    expect(() => parseMinionId(id)).toThrow(expect.objectContaining({ code: 'ID_INVALID' }))
  })
})

describe('jids and saltenvs', () => {
  it('takes what Salt makes', () => {
    expect(parseJid('20261120045115533265')).toBe('20261120045115533265')
    expect(parseJid('20261120045115533265_1234')).toBe('20261120045115533265_1234')
    expect(parseSaltenv('base')).toBe('base')
  })

  it.each(['', '2026', '20261120045115533265/..', '../../../../etc/passwd', 20261120045115533265n])(
    'refuses jid %s',
    (jid) => {
      expect(() => parseJid(jid)).toThrow(expect.objectContaining({ code: 'JID_INVALID' }))
    },
  )

  it.each(['', '..', 'a/b', '-x', 'a..b', 'x'.repeat(200)])('refuses saltenv %j', (saltenv) => {
    expect(() => parseSaltenv(saltenv)).toThrow(expect.objectContaining({ code: 'SALTENV_INVALID' }))
  })
})
