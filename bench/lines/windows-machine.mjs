// SPDX-License-Identifier: Apache-2.0
// Packages on a minion that runs as a Windows process under Wine, with a master on Linux: how long the minion takes for each function.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importSource } from '../../scripts/import-source.mjs'
import { startCluster } from '../cluster.mjs'
import { median } from '../measure.mjs'
import { plainDefinition } from './windows-packages.mjs'

const products = 300
const definitions = 300
const uninstall = 'Microsoft\\Windows\\CurrentVersion\\Uninstall'
const code = '{66666666-6666-4666-8666-666666666601}'
const installer = 'C:\\setups\\trivial.msi'

/** Lines of a minion under Wine; one that gives the reason where there is no Wine. */
export async function windowsMachineLines({ rounds, quick }) {
  const built = { external: ['@halite/*'] }
  const { prepare } = await importSource('test/windows/wine/prepare.ts', built)
  const prepared = await prepare()
  if ('missing' in prepared)
    return [{ id: 'wine', name: 'packages under Wine', notes: [`not measured: ${prepared.missing}`] }]
  const { WindowsMachine } = await importSource('test/windows/wine/machine.ts', built)
  const { Installers } = await importSource('test/windows/packages/installers.ts', built)
  const directory = mkdtempSync(join(tmpdir(), 'halite-bench-wine-'))
  const cluster = await startCluster({ minions: [], masterConfig: { file_roots: { base: [directory] } } })
  const config = { id: 'win1', master: '127.0.0.1', master_port: cluster.ports.ret }
  const machine = WindowsMachine.make(prepared.kit, config)
  try {
    machine.write(installer, await trivialInstaller(new Installers(join(directory, 'built'))))
    await machine.startMinion()
    await cluster.waitConnected(['win1'])
    return await measured({
      machine,
      cluster,
      folder: join(directory, 'win', 'repo-ng'),
      rounds: quick ? 2 : rounds,
    })
  } finally {
    await machine.close()
    await cluster.close()
    rmSync(directory, { recursive: true })
  }
}

async function measured({ machine, cluster, folder, rounds }) {
  mkdirSync(folder, { recursive: true })
  const run = (fun, ...words) => durationOf(cluster, fun, words)
  const refreshed = []
  const unchanged = []
  for (let round = 0; round <= rounds; round += 1) {
    for (let index = 0; index < definitions; index += 1)
      writeFileSync(join(folder, `${index}.sls`), plainDefinition(`${round}-${index}`))
    refreshed.push(await run('pkg.refresh_db'))
    unchanged.push(await run('pkg.refresh_db'))
  }
  await listProducts(machine)
  const listed = []
  for (let round = 0; round <= rounds; round += 1) listed.push(await run('pkg.list_pkgs'))
  writeFileSync(join(folder, 'trivial.sls'), trivialDefinition)
  await run('pkg.refresh_db')
  const overheads = []
  for (let round = 0; round <= rounds; round += 1) overheads.push(await installOverhead(run))
  const what = (fun) => `${fun} on a minion under Wine`
  return [
    line('wine-list', what(`pkg.list_pkgs of ${products} products`), listed, 200),
    line('wine-refresh', what(`pkg.refresh_db of ${definitions} definitions, all new,`), refreshed, 3000),
    line(
      'wine-unchanged',
      what(`pkg.refresh_db of ${definitions} definitions, none changed,`),
      unchanged,
      300,
    ),
    line('wine-install', what('pkg.install of a trivial MSI, beyond msiexec,'), overheads, 500),
  ]
}

/** The first round warms up. */
function line(id, name, values, atMost) {
  return { id, name, value: median(values.slice(1)), unit: 'ms', reach: { atMost } }
}

async function installOverhead(run) {
  const bare = await run('cmd.run', `cmd=msiexec.exe /I "${installer}" ALLUSERS=1 /qn`, 'python_shell=False')
  await run('pkg.remove', 'm_name=trivial')
  const whole = await run('pkg.install', 'm_name=trivial')
  await run('pkg.remove', 'm_name=trivial')
  return whole - bare
}

/** How long the minion says that the function took, in milliseconds. Rejects when it failed. */
async function durationOf(cluster, fun, words) {
  const argv = ['salt', '--out=json', '--static', '-t', '120', 'win1', 'state.single', 'module.run']
  const { stdout, stderr } = await cluster.runWith({ timeoutMs: 180_000 }, ...argv, `name=${fun}`, ...words)
  const [state] = stdout === '' ? [] : Object.values(JSON.parse(stdout).win1 ?? {})
  if (state?.result !== true) throw new Error(`${fun}: ${stdout}${stderr}`)
  return state.duration
}

/** Half of them in the list of each kind of program. */
async function listProducts(machine) {
  const keys = Array.from({ length: products }, (_, index) => {
    const view = index % 2 === 0 ? 'SOFTWARE' : 'SOFTWARE\\WOW6432Node'
    const values = [
      `"DisplayName"="Product ${index}"`,
      `"DisplayVersion"="${index}.0"`,
      '"UninstallString"="x"',
    ]
    return [`[HKEY_LOCAL_MACHINE\\${view}\\${uninstall}\\Product ${index}]`, ...values, ''].join('\r\n')
  })
  const text = ['Windows Registry Editor Version 5.00', '', ...keys].join('\r\n')
  machine.write('C:\\setups\\products.reg', text)
  const { code: failed, stderr } = await machine.run('reg', 'import', 'C:\\setups\\products.reg')
  if (failed !== 0) throw new Error(`reg import: ${stderr}`)
}

function trivialInstaller(installers) {
  return installers.msi({ name: 'Trivial', version: '1.0.0', code, upgradeCode: code.replace('01}', '09}') })
}

const trivialDefinition = `
trivial:
  '1.0.0':
    installer: '${installer}'
    full_name: Trivial
    install_flags: /qn
    msiexec: True
    uninstaller: '${code}'
    uninstall_flags: /qn
`
