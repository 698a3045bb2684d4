// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { planInstallation, planRemoval } from '../../src/windows-service/plan.ts'

const places = {
  startFile: 'C:\\Program Files\\Salt & Co\\salt-minion.cmd',
  shell: 'C:\\Windows\\System32\\cmd.exe',
  nssm: 'C:\\tools\\nssm.exe',
  taskFile: 'C:\\Program Files\\Salt & Co\\salt-minion.task.xml',
}
const words = '/d /s /c ""C:\\Program Files\\Salt & Co\\salt-minion.cmd" <nul"'

test('a service that NSSM hosts replaces what was there, starts with the machine and again when it ends', () => {
  const { files, commands } = planInstallation('nssm', places)
  expect(files).toEqual({})
  expect(commands.filter(({ mayFail }) => mayFail).map(({ argv }) => argv.slice(1).join(' '))).toEqual([
    '/end /tn salt-minion',
    '/delete /f /tn salt-minion',
    'stop salt-minion',
    'remove salt-minion confirm',
  ])
  const [install, ...others] = commands.filter(({ mayFail }) => mayFail !== true).map(({ argv }) => argv)
  expect(install).toEqual([places.nssm, 'install', 'salt-minion', places.shell])
  expect(others).toContainEqual([places.nssm, 'set', 'salt-minion', 'AppParameters', words])
  expect(others).toContainEqual([places.nssm, 'set', 'salt-minion', 'Start', 'SERVICE_AUTO_START'])
  expect(others).toContainEqual([places.nssm, 'set', 'salt-minion', 'AppStopMethodConsole', '30000'])
  expect(others).toContainEqual([places.nssm, 'set', 'salt-minion', 'AppExit', 'Default', 'Restart'])
  expect(others.at(-1)).toEqual(['net.exe', 'start', 'salt-minion'])
})

test('a task runs as the system without a limit, and each minute again unless it runs', () => {
  const { files, commands } = planInstallation('task', places)
  expect(commands.at(-1)?.argv).toEqual([
    ...['schtasks.exe', '/create', '/f', '/tn', 'salt-minion', '/xml', places.taskFile],
  ])
  const text = Buffer.from(files[places.taskFile] ?? []).toString('utf16le')
  expect(text).toMatch(/^\ufeff<\?xml version="1.0" encoding="UTF-16"\?>/)
  for (const part of [
    '<UserId>S-1-5-18</UserId>',
    '<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    '<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '<BootTrigger><Repetition><Interval>PT1M</Interval>',
    '<RegistrationTrigger><Repetition><Interval>PT1M</Interval>',
    `<Arguments>/d /s /c ""C:\\Program Files\\Salt &amp; Co\\salt-minion.cmd" &lt;nul"</Arguments>`,
  ])
    expect(text).toContain(part)
})

test('both are taken away again', () => {
  expect(planRemoval('nssm', places).commands.map(({ argv }) => argv)).toEqual([
    ['net.exe', 'stop', 'salt-minion'],
    [places.nssm, 'remove', 'salt-minion', 'confirm'],
  ])
  expect(planRemoval('task', places).commands.map(({ argv }) => argv)).toEqual([
    ['schtasks.exe', '/end', '/tn', 'salt-minion'],
    ['schtasks.exe', '/delete', '/f', '/tn', 'salt-minion'],
  ])
})

test.each(['C:\\%x%\\salt-minion.cmd', 'C:\\a"b\\salt-minion.cmd'])('%s is refused', (startFile) => {
  expect(() => planInstallation('nssm', { ...places, startFile })).toThrow(
    expect.objectContaining({ code: 'ARGUMENTS_INVALID' }),
  )
})
