// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type FtpServer, removeTemporaryDirectory, startFtpServer, temporaryDirectory } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Installers } from './packages/installers.ts'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

/* Where installers may lie, and what shows that software is there, on a Windows machine without a master. */

const kit = useWindows()
const code = '{55555555-5555-4555-8555-555555555501}'
const folder = 'C:\\salt\\srv\\salt\\win\\repo-ng'
let machine: WindowsMachine
let directory: string
let web: Server
let ftp: FtpServer
let knownHash: string

beforeAll(async () => {
  if (kit === undefined) return
  directory = temporaryDirectory('windows-installers')
  machine = WindowsMachine.make(kit, { id: 'win1', file_client: 'local', winrepo_cache_expire_min: 0 })
  const installers = new Installers(join(directory, 'built'))
  const setup = await installers.setup({ name: 'Tool', version: '1.5' })
  web = createServer(({ url }, response) => response.end(url === '/page' ? 'a page' : setup))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  ftp = await startFtpServer({ 'setups/tool.exe': setup })
  machine.write('C:\\Setup Files\\tool.exe', setup)
  const hidden = await installers.setup({ name: 'Hidden', version: '3.1.0.0', isHidden: true })
  machine.write(`${folder}\\hidden.exe`, hidden)
  const known = await installers.msi({
    ...{ name: 'Known by Code', version: '4.0.0', code, upgradeCode: code.replace('01}', '09}') },
  })
  knownHash = createHash('sha256').update(known).digest('hex')
  machine.write(`${folder}\\known.msi`, known)
  machine.write('\\\\server\\share\\known.msi', known)
})

afterAll(async () => {
  await machine?.close()
  web?.close()
  await ftp?.close()
  if (directory !== undefined) removeTemporaryDirectory(directory)
})

test.each([
  ['a path with a blank', () => 'C:\\Setup Files\\tool.exe'],
  ['a path with a variable', () => '%SystemDrive%/Setup Files/tool.exe'],
  ['a web server', () => `http://127.0.0.1:${(web.address() as AddressInfo).port}/tool.exe`],
  ['an FTP server', () => `ftp://127.0.0.1:${ftp.port}/setups/tool.exe`],
])('an installer at %s', async (_what, installer) => {
  define(`
tool:
  '1.5':
    installer: '${installer()}'
    full_name: Tool
    install_flags: /S
    uninstaller: '%ProgramW6432%/Tool/uninstall.exe'
    uninstall_flags: /S
`)
  expect(await machine.local('pkg.install', 'tool', 'refresh=True')).toEqual({
    tool: { old: '', new: '1.5' },
  })
  expect(await machine.local('pkg.remove', 'tool')).toEqual({ tool: { old: '1.5', new: '' } })
})

test('an installer and uninstaller at a share of another machine', async () => {
  const share = (hash: string) => `
known:
  '4.0.0':
    installer: '\\\\server\\share\\known.msi'
    full_name: Known by Code
    source_hash: SHA256=${hash}
    install_flags: /qn
    msiexec: True
    uninstaller: '//server/share/known.msi'
    uninstall_flags: /qn
`
  define(share('0'.repeat(64)))
  expect(await machine.local('pkg.install', 'known', 'refresh=True')).toContain(
    `does not match package hash '${knownHash}'`,
  )
  define(share(knownHash))
  expect(await machine.local('pkg.install', 'known', 'refresh=True')).toEqual({
    known: { old: '', new: '4.0.0' },
  })
  expect(await machine.local('pkg.remove', 'known')).toEqual({ known: { old: '4.0.0', new: '' } })
})

test('software that lists itself nowhere is known by the version of a file', async () => {
  define(`
hidden:
  '3.1':
    installer: salt://win/repo-ng/hidden.exe
    full_name: Hidden
    install_flags: /S
    uninstaller: '%ProgramW6432%/Hidden/uninstall.exe'
    uninstall_flags: /S
    detect: { file: { path: '%ProgramW6432%/Hidden/uninstall.exe', version: '3.1' } }
`)
  expect(await machine.local('pkg.install', 'hidden', 'refresh=True')).toEqual({
    hidden: { old: '', new: '3.1' },
  })
  expect(await machine.local('pkg.list_pkgs')).toEqual({ hidden: '3.1' })
  expect(await machine.local('pkg.remove', 'hidden')).toEqual({ hidden: { old: '3.1', new: '' } })
})

test('a product is known by its code, whatever it calls itself', async () => {
  define(`
known:
  '4.0':
    installer: salt://win/repo-ng/known.msi
    full_name: Called Otherwise
    install_flags: /qn
    msiexec: True
    uninstaller: '${code}'
    uninstall_flags: /qn
    detect: { product_code: '${code}' }
`)
  expect(await machine.local('pkg.install', 'known', 'refresh=True')).toEqual({
    known: { old: '', new: '4.0' },
    'Known by Code': { old: '', new: '4.0.0' },
  })
  expect(await machine.local('pkg.remove', 'known')).toEqual({
    known: { old: '4.0', new: '' },
    'Known by Code': { old: '4.0.0', new: '' },
  })
})

test('installers are fetched beforehand', async () => {
  define(`
tool:
  '1.5': { installer: '${`http://127.0.0.1:${(web.address() as AddressInfo).port}/beforehand.exe`}', full_name: Tool }
`)
  const fetched = {
    tool: { '1.5': expect.objectContaining({ path: expect.stringContaining('beforehand') }) },
  }
  expect(await machine.local('pkg.install', 'tool', 'refresh=True', 'downloadonly=True')).toEqual({
    tool: { old: '', new: fetched.tool },
  })
  expect(await machine.local('pkg.list_downloaded')).toEqual(fetched)
  expect(await machine.local('pkg.list_pkgs')).toEqual({})
})

/** The only definitions that there are. */
function define(text: string): void {
  machine.write(`${folder}\\tool.sls`, text)
}

test('http.query reads a page', async () => {
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/page`
  expect(await machine.local('http.query', url, 'status=True')).toMatchObject({ status: 200, body: 'a page' })
})
