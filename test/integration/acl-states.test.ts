// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { findProgram } from '@halite/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(({ skip }) => {
  const missing = ['getfacl', 'setfacl'].find((name) => findProgram(name) === undefined)
  if (missing !== undefined) skip(`needs ${missing}`)
  machine = new Masterless().write({ 'data/odd name': 'x', 'data/file': 'y' })
  if (spawnSync('setfacl', ['-m', 'u:1234:r', machine.path('data')]).status !== 0)
    skip('needs a file system with access control lists')
  spawnSync('setfacl', ['-b', machine.path('data')])
})
afterEach(() => machine?.[Symbol.dispose]())

async function call(fun: string, args: readonly unknown[], kwargs: object = {}): Promise<unknown> {
  return (await machine.call(fun, [...args, { __kwarg__: true, ...kwargs }])).return
}

async function run(state: string, args: object, isTest = false): Promise<[unknown, unknown, unknown]> {
  const list = Object.entries({ name: machine.path('data'), ...args }).map(([name, value]) => ({
    [name]: value,
  }))
  const sls = JSON.stringify({ it: { [`acl.${state}`]: list } })
  const [first] = resultsOf(await machine.apply(sls, { test: isTest })) as ShortResult[]
  return [first?.result, first?.comment, first?.changes]
}

test('lists are read, changed and removed', async () => {
  const path = machine.path('data/odd name')
  expect(await call('acl.modfacl', ['user', '1234', 'rx', path])).toBe(true)
  const read = (await call('acl.getfacl', [path])) as Record<string, unknown>
  expect(read).toMatchObject({
    [path]: {
      comment: { file: path },
      user: [{}, { '1234': { permissions: { read: true, write: false, execute: true }, octal: 5 } }],
      other: [{ '': { octal: 4 } }],
    },
  })
  expect(await call('acl.delfacl', ['user', '1234', path])).toBe(true)
  expect(JSON.stringify(await call('acl.getfacl', [path]))).not.toContain('1234')
  expect(await call('acl.modfacl', ['d:g', '77', 'r', machine.path('data')], { recursive: true })).toBe(true)
  expect(await call('acl.getfacl', [machine.path('data')], { recursive: true })).toMatchObject({
    [machine.path('data')]: {
      defaults: { group: expect.arrayContaining([{ '77': expect.objectContaining({ octal: 4 }) }]) },
    },
    [machine.path('data/file')]: {},
  })
  expect(await call('acl.wipefacls', [machine.path('data')])).toBe(true)
  expect(JSON.stringify(await call('acl.getfacl', [machine.path('data')]))).not.toContain('77')
  expect(await call('acl.version', [])).toMatch(/^\d+\.\d+/)
})

test('words that setfacl would take for something else are refused', async () => {
  const path = machine.path('data')
  expect(await call('acl.modfacl', ['user', 'a,u:0', 'r', path])).toMatch(
    /is not the name of a user or group/,
  )
  expect(await call('acl.modfacl', ['user', 'a', 'r,o::rwx', path])).toMatch(/is not permissions/)
  expect(await call('acl.modfacl', ['--restore=/x', 'a', 'r', path])).toMatch(
    /is not a type of access control lists/,
  )
  expect(await call('acl.modfacl', ['user', '1234', 'r', '--help'])).toMatch(/--help.*No such file/s)
  expect(await call('acl.getfacl', [])).toMatch(/specify at least one file or directory/)
})

test('acl.present and acl.absent', async () => {
  const user = { acl_type: 'user', acl_name: '1234', perms: 'rwx' }
  const entry = { acl_name: '1234', acl_type: 'user', perms: 'rwx' }
  expect(await run('present', user, true)).toEqual([
    null,
    'New permissions will be applied for 1234: rwx',
    { new: entry },
  ])
  expect(await run('present', user)).toEqual([true, 'Applied new permissions for 1234', { new: entry }])
  expect(await run('present', user)).toEqual([true, 'Permissions are in the desired state', {}])
  expect(await run('present', { ...user, perms: 'r' })).toEqual([
    ...[true, 'Updated permissions for 1234'],
    { new: { ...entry, perms: 'r' }, old: { ...entry, perms: 'rwx' } },
  ])
  expect(await run('present', { ...user, perms: 'r', recurse: true })).toMatchObject([
    true,
    'Updated permissions for 1234',
    {},
  ])
  expect(await run('present', { ...user, acl_type: 'default:user', perms: 'rx' })).toMatchObject([
    true,
    'Applied new permissions for 1234',
    {},
  ])
  expect(await run('absent', user, true)).toEqual([null, 'Removing permissions', {}])
  expect(await run('absent', { ...user, recurse: true })).toEqual([true, 'Removing permissions', {}])
  expect(await run('absent', user)).toEqual([true, 'Permissions are in the desired state', {}])
  expect(await run('present', { ...user, name: '/not/there' })).toEqual([
    false,
    '/not/there does not exist',
    {},
  ])
  expect(await run('present', { ...user, acl_type: 'nothing' })).toEqual([
    false,
    'ACL Type does not exist',
    {},
  ])
})

test('acl.list_present and acl.list_absent', async () => {
  const users = { acl_type: 'user', acl_names: ['1234', '1235'], perms: 'rx' }
  expect(await run('list_present', users)).toMatchObject([
    true,
    'Applied new permissions for 1234, 1235',
    { new: { perms: 'rx' } },
  ])
  expect(await run('list_present', users)).toEqual([true, 'Permissions are in the desired state', {}])
  expect(await run('list_absent', { acl_type: 'user', acl_names: ['1234', '9'] })).toEqual([
    true,
    'Removing permissions',
    {},
  ])
  expect(await run('list_present', users, true)).toMatchObject([
    null,
    expect.stringContaining('1234, 1235'),
    {},
  ])
})
