// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { guessMinionId, loadOptions, type MinionOptions } from '@halite/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'halite-id-'))
})

afterEach(() => {
  rmSync(dir, { recursive: true })
})

const bare = { hostname: 'web1', hosts: '', addresses: ['10.0.0.5'] }

function guess(overrides: Partial<MinionOptions> = {}, machine = bare) {
  const { options } = loadOptions('minion', { configDir: dir, overrides, env: {} })
  return guessMinionId(options, { machine })
}

describe('where the id comes from', () => {
  it('is the option first', () => {
    writeFileSync(join(dir, 'minion_id'), 'cached')
    expect(guess({ id: 'Given' })).toEqual({ id: 'Given', from: 'options' })
    expect(readFileSync(join(dir, 'minion_id'), 'utf8')).toBe('cached')
  })

  it('is the file then', () => {
    writeFileSync(join(dir, 'minion_id'), '\ufeffcached.example \nrest')
    expect(guess()).toEqual({ id: 'cached.example', from: 'cache' })
    expect(guess({ minion_id_caching: false })).toEqual({ id: 'web1', from: 'host name' })
  })

  it('is not a file that says localhost or nothing', () => {
    writeFileSync(join(dir, 'minion_id'), 'localhost\n')
    expect(guess().id).toBe('web1')
  })

  it.each([
    ['web1.example.com', '', 'web1.example.com'],
    ['web1', '127.0.1.1 web1.example.com web1', 'web1.example.com'],
    ['web1', '10.0.0.5\tweb1 web1.example.com # web1.other', 'web1.example.com'],
    ['web1', '10.0.0.6 web10.example.com web10', 'web1'],
    ['web1', '127.0.0.1 localhost.localdomain web1', 'web1'],
  ])('is the host name %s with hosts %j then', (hostname, hosts, id) => {
    expect(guess({}, { hostname, hosts, addresses: [] })).toEqual({ id, from: 'host name' })
  })

  it('is an address where the host is called localhost, and localhost at last', () => {
    expect(guess({}, { ...bare, hostname: 'localhost' })).toEqual({ id: '10.0.0.5', from: 'address' })
    rmSync(join(dir, 'minion_id'))
    expect(guess({}, { ...bare, hostname: 'localhost', addresses: [] })).toEqual({
      id: 'localhost',
      from: 'nothing',
    })
  })
})

describe('what becomes of a guess', () => {
  it('is kept, without the appended domain', () => {
    expect(guess({ append_domain: 'example.org' }).id).toBe('web1.example.org')
    expect(readFileSync(join(dir, 'minion_id'), 'utf8')).toBe('web1')
    expect(guess({ append_domain: 'example.org' })).toEqual({ id: 'web1.example.org', from: 'cache' })
  })

  it('is not kept when told so', () => {
    guess({ minion_id_caching: false })
    expect(existsSync(join(dir, 'minion_id'))).toBe(false)
  })

  it.each<[Partial<MinionOptions>, string, string]>([
    [{ minion_id_lowercase: true }, 'WEB1.Example.com', 'web1.example.com'],
    [{ minion_id_remove_domain: true }, 'web1.a.b', 'web1'],
    [{ minion_id_remove_domain: 'Example.COM' }, 'web1.example.com', 'web1'],
    [{ minion_id_remove_domain: 'other.com' }, 'web1.example.com', 'web1.example.com'],
    [{ append_domain: 'example.com' }, 'web1.example.com', 'web1.example.com'],
    [{ minion_id_remove_domain: true, append_domain: 'new' }, 'web1.old', 'web1.new'],
  ])('%j makes of %s: %s', (options, hostname, id) => {
    expect(guess(options, { ...bare, hostname }).id).toBe(id)
  })

  it('gets no domain when it is an address', () => {
    expect(guess({ append_domain: 'example.com' }, { ...bare, hostname: '' }).id).toBe('10.0.0.5')
  })

  it('survives a directory that cannot be written', () => {
    const { options } = loadOptions('minion', { configDir: join(dir, 'none'), env: {} })
    expect(guessMinionId(options, { machine: bare }).id).toBe('web1')
  })

  it('must be a valid id', () => {
    expect(() => guess({ id: '../x' })).toThrow(expect.objectContaining({ code: 'ID_INVALID' }))
  })
})
