// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MasterOptions, optionRows, silentLog } from '@halite/core'
import { executorFiles, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backendName, type ServedBackend, servedBackends } from '../../src/files/backends.ts'

describe('the backends of a master', () => {
  let directory: string
  let roots: string
  let backends: readonly ServedBackend[]
  const told: unknown[] = []

  beforeEach(() => {
    directory = temporaryDirectory('halite-backends')
    roots = join(directory, 'roots')
    mkdirSync(roots)
    backends = []
  })
  afterEach(async () => {
    for (const backend of backends) await backend.close()
    told.length = 0
    removeTemporaryDirectory(directory)
  })

  function open(more: Partial<MasterOptions>): void {
    const defaults = Object.fromEntries([...optionRows('master')].map(([name, row]) => [name, row.default]))
    const own = { cachedir: join(directory, 'cache'), file_roots: { base: [roots] } }
    backends = servedBackends({
      options: { ...defaults, ...own, ...more } as MasterOptions,
      log: silentLog,
      thread: executorFiles().fileReader,
      onUpdated: (backend, data) => told.push([backend, data]),
    })
  }

  test('come in the order of fileserver_backend, under either of their names, once', () => {
    open({ fileserver_backend: ['git', 'minion', 'roots', 'gitfs'], file_recv: true })
    expect(backends.map(({ name }) => name)).toEqual(['gitfs', 'minionfs', 'roots'])
    expect(['git', 'gitfs', 'minion', 'roots'].map(backendName)).toEqual([
      'gitfs',
      'gitfs',
      'minionfs',
      'roots',
    ])
  })

  test('minionfs is not served while file_recv is False', () => {
    open({ fileserver_backend: ['minionfs', 'roots'] })
    expect(backends.map(({ name }) => name)).toEqual(['roots'])
  })

  test('file_roots are looked through for the event alone, as often as roots_update_interval says', () => {
    open({})
    expect(backends.flatMap(({ tasks }) => tasks)).toEqual([])
    open({ fileserver_events: true, fileserver_update_interval: 30 })
    expect(backends.flatMap(({ tasks }) => tasks)).toMatchObject([{ id: 'roots', intervalMs: 30_000 }])
    open({ fileserver_events: true, roots_update_interval: 7 })
    expect(backends.flatMap(({ tasks }) => tasks)).toMatchObject([{ id: 'roots', intervalMs: 7000 }])
  })

  test('the event of file_roots tells which files changed, came and went', async () => {
    for (const name of ['stays', 'changes', 'goes']) writeFileSync(join(roots, name), name)
    open({ fileserver_events: true })
    const update = () => backends[0]?.update(undefined)
    await update()
    await update()
    writeFileSync(join(roots, 'changes'), 'differs')
    utimesSync(join(roots, 'changes'), 1, 1)
    rmSync(join(roots, 'goes'))
    writeFileSync(join(roots, 'comes'), '')
    await update()
    const nothing = { changed: [], added: [], removed: [] }
    expect(told).toEqual([
      ['roots', { backend: 'roots', changed: false, files: nothing }],
      ['roots', { backend: 'roots', changed: false, files: nothing }],
      [
        'roots',
        {
          backend: 'roots',
          changed: true,
          files: {
            changed: [join(roots, 'changes')],
            added: [join(roots, 'comes')],
            removed: [join(roots, 'goes')],
          },
        },
      ],
    ])
  })
})
