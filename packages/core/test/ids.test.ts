// SPDX-License-Identifier: Apache-2.0
import {
  escapedName,
  isMinionId,
  isPlainMinionId,
  parseJid,
  parseMinionId,
  parseOwnMinionId,
  parseSaltenv,
} from '@halite/core'
import { describe, expect, it } from 'vitest'

describe('minion ids', () => {
  it.each([
    'm1',
    'web1.example.com',
    'WIN-7',
    '_x',
    '2001:db8::1',
    'a@b+c:d',
    'é',
    '主机1',
    'a~b=c%d',
    'x'.repeat(255),
  ])('takes %j', (id) => {
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
    'x'.repeat(256),
    'é'.repeat(128),
    '\ud800',
    5,
    null,
    // What globs, lists, options and shells read.
    '*',
    'web?',
    'web[1-9]',
    'x,m1',
    '-y',
    '--help',
    '$(reboot)',
    '`id`',
    'a;b',
    'a"b',
    "a'b",
    '.hidden',
    '.m1.tmp',
    '@m1',
    ':1',
    // What nobody sees, or sees as something else.
    ' m1',
    'm1 ',
    'a b',
    'a\u00a0b',
    'a\u3000b',
    'm1\u200b',
    'm1\u200d',
    'm1\u2060',
    'm1\ufeff',
    'm1\u00ad',
    'm1\u034f',
    'm1\ufe0f',
    'm1\u3164',
    'm1\u115f',
    'm1\u2028',
    'm1\u{e0041}',
    'm1\ue000',
    'e\u0301',
    '\uff4d1',
    '\u0301m',
    'm\u{1f600}',
  ])('refuses %j', (id) => {
    expect(isMinionId(id)).toBe(false)
    expect(() => parseMinionId(id)).toThrow(expect.objectContaining({ code: 'ID_INVALID' }))
  })

  it('takes other scripts for a minion of its own only where the option says so', () => {
    for (const id of ['é', 'a~b', '主机1']) {
      expect(isPlainMinionId(id)).toBe(false)
      expect(parseOwnMinionId(id, { permissive_ids: true })).toBe(id)
      expect(() => parseOwnMinionId(id, { permissive_ids: false })).toThrow(
        expect.objectContaining({ code: 'ID_INVALID', hint: expect.stringContaining('permissive_ids') }),
      )
    }
    expect(parseOwnMinionId('web1.example.com', { permissive_ids: false })).toBe('web1.example.com')
    for (const id of ['*', 'm1\u200b']) {
      expect(() => parseOwnMinionId(id, { permissive_ids: true })).toThrow()
    }
  })
})

describe('names that are no ids', () => {
  it.each([
    ['x,m1', 'x\\x2cm1'],
    ['*', '\\x2a'],
    ['-y', '\\x2dy'],
    ['.a.tmp', '\\x2ea.tmp'],
    ['m1\u200b', 'm1\\u200b'],
    ['a\\x2ab', 'a\\x5cx2ab'],
    ['m\u{1f600}', 'm\\U0001f600'],
    ['e\u0301', 'e\\u0301'],
  ])('%j is written %j', (name, written) => {
    expect(escapedName(name)).toBe(written)
    expect(isMinionId(written)).toBe(false)
  })

  it('an id is written as it is', () => {
    expect(escapedName('é.example.com')).toBe('é.example.com')
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
