// SPDX-License-Identifier: Apache-2.0
// Definitions of Windows packages, refreshed on Linux by a minion that serves itself and takes itself for Windows.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOptions, parseMinionId, silentLog } from '@halite/core'
import { FileClient, RootsSource } from '@halite/fileserver'
import { createContext, noRegistry, Registry, runFunction, thisMachine } from '@halite/loader'
import { manifest } from '@halite/modules'
import { median } from '../measure.mjs'
import { definition } from './rendering.mjs'

const definitions = 300

/** `pkg.refresh_db` where every file is new, and where none has changed. */
export async function windowsPackageLines({ rounds }) {
  const directory = mkdtempSync(join(tmpdir(), 'halite-bench-winrepo-'))
  try {
    const folder = join(directory, 'srv', 'win', 'repo-ng')
    mkdirSync(folder, { recursive: true })
    const fresh = []
    const unchanged = []
    for (let round = 0; round <= rounds; round += 1) {
      for (let index = 0; index < definitions; index += 1)
        writeFileSync(join(folder, `${index}.sls`), plainDefinition(`${round}-${index}`))
      const first = await refreshCpuMs(directory)
      const second = await refreshCpuMs(directory)
      if (round > 0) fresh.push(first)
      if (round > 0) unchanged.push(second)
    }
    const line = (id, name, values, atMost) => ({
      id,
      name,
      value: median(values),
      unit: 'ms CPU',
      reach: { atMost },
    })
    const what = `pkg.refresh_db of ${definitions} definitions`
    return [
      line('winrepo-refresh', `${what}, all new`, fresh, 1200),
      line('winrepo-unchanged', `${what}, none changed`, unchanged, 300),
    ]
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Functions of other modules are for the line of templates: what asks for them is rendered each time. */
export function plainDefinition(name) {
  return definition(name).replace(/salt\['[a-z.]+'\]\([^)]*\)/g, "'C:\\\\Programs'")
}

async function refreshCpuMs(directory) {
  const at = (name) => join(directory, name)
  const { options } = loadOptions('minion', {
    configDir: at('conf'),
    overrides: {
      root_dir: directory,
      cachedir: at('cache'),
      file_client: 'local',
      file_roots: { base: [at('srv')] },
    },
  })
  const files = new FileClient({
    source: new RootsSource({ options }),
    cachedir: options.cachedir,
    saltenv: 'base',
    hashType: 'sha256',
    web: options,
    patienceMs: 0,
  })
  const machine = { ...thisMachine, platform: 'win32', windowsRegistry: noRegistry }
  const grains = { cpuarch: 'AMD64', os_family: 'Windows' }
  const registry = new Registry(manifest, { grains, options, machine })
  const context = createContext({
    ...{ registry, machine, id: parseMinionId('win1'), options, grains, pillar: {}, files, log: silentLog },
  })
  const before = process.cpuUsage()
  const result = await runFunction(registry, context, { fun: 'pkg.refresh_db', arg: [] })
  const { user, system } = process.cpuUsage(before)
  await files.close()
  if (result.return?.success !== definitions)
    throw new Error(`pkg.refresh_db: ${JSON.stringify(result.return)}`)
  return (user + system) / 1000
}
