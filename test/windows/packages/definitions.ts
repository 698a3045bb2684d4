// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Installers } from './installers.ts'

/** The packages of the story. */
export const codes = {
  app1: '{11111111-1111-4111-8111-111111111101}',
  app2: '{11111111-1111-4111-8111-111111111102}',
  narrow: '{22222222-2222-4222-8222-222222222201}',
  failing: '{33333333-3333-4333-8333-333333333301}',
  restarting: '{44444444-4444-4444-8444-444444444401}',
} as const
const app = '{99999999-9999-4999-8999-999999999901}'

/** Builds the installers and writes definitions of them below `root`, for files of `salt://win/repo-ng`. */
export async function writePackages(root: string): Promise<void> {
  const installers = new Installers(join(root, '..', 'built'))
  const folder = join(root, 'win/repo-ng')
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const older = await installers.msi({ name: 'App', version: '1.0.1', code: codes.app1, upgradeCode: app })
  const newer = await installers.msi({ name: 'App', version: '2.0.0', code: codes.app2, upgradeCode: app })
  put('app/app-1.0.1.msi', older)
  put('app/app-2.0.0.msi', newer)
  put('app/init.sls', appDefinition(newer))
  const one = (code: string, more: object) =>
    installers.msi({ name: 'x', version: '1.0.0', code, upgradeCode: code.replace(/01}$/, '09}'), ...more })
  put('narrow.msi', await one(codes.narrow, { name: 'Narrow', bits: 32 }))
  put('failing.msi', await one(codes.failing, { name: 'Failing', fails: true }))
  put('restarting.msi', await one(codes.restarting, { name: 'Restarting', restarts: true }))
  for (const [name, code] of Object.entries({
    narrow: codes.narrow,
    failing: codes.failing,
    restarting: codes.restarting,
  }))
    put(`${name}.sls`, msiDefinition(name, code))
  const cafe = 'Café 日本'
  put('cafe/setup.exe', await installers.setup({ name: cafe, version: '1.5', needs: 'data/extra.txt' }))
  put('cafe/data/extra.txt', 'needed')
  put('cafe/init.sls', setupDefinition('cafe', cafe, 'cache_dir: True'))
  put('wrong/setup.exe', await installers.setup({ name: 'Shown Otherwise', version: '1.5' }))
  put('wrong/init.sls', setupDefinition('wrong', 'Not this name', ''))
  put('spoilt/setup.exe', await installers.setup({ name: 'Spoilt', version: '1.5' }))
  put('spoilt/init.sls', setupDefinition('spoilt', 'Spoilt', `source_hash: sha256=${'0'.repeat(64)}`))
}

function appDefinition(newer: Uint8Array): string {
  const hash = createHash('sha256').update(newer).digest('hex')
  return `
{% set folder = 'salt://win/repo-ng/app' %}
app:
  '1.0.1':
    installer: '{{ folder }}/app-1.0.1.msi'
    full_name: App
    install_flags: /qn /norestart
    msiexec: True
    uninstaller: '${codes.app1}'
    uninstall_flags: /qn /norestart
  '2.0.0':
    installer: '{{ folder }}/app-2.0.0.msi'
    source_hash: sha256=${hash}
    full_name: App
    install_flags: /qn /norestart
    msiexec: True
    uninstaller: '{{ folder }}/app-2.0.0.msi'
    uninstall_flags: /qn /norestart
`
}

function msiDefinition(name: string, code: string): string {
  return `
${name}:
  '1.0.0':
    installer: salt://win/repo-ng/${name}.msi
    full_name: ${name[0]?.toUpperCase()}${name.slice(1)}
    install_flags: /qn
    msiexec: True
    uninstaller: '${code}'
    uninstall_flags: /qn
`
}

function setupDefinition(name: string, fullName: string, more: string): string {
  return `
${name}:
  '1.5':
    installer: salt://win/repo-ng/${name}/setup.exe
    full_name: '${fullName}'
    install_flags: /S
    uninstaller: '%ProgramW6432%/${fullName}/uninstall.exe'
    uninstall_flags: /S
    ${more}
`
}
