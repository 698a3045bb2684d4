// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

/* `use_scheduler`: what the task scheduler is told. Nothing but Windows has one. */

test('a task runs the installer as the system, and its exit code is that of the task', async () => {
  using machine = withTool('tool')
  let task = ''
  let file = ''
  machine.program = (argv) => {
    if (argv[1] === '/create') {
      file = argv[argv.indexOf('/xml') + 1] ?? ''
      task = readFileSync(file, 'utf16le')
    }
    if (argv[1] === '/run') machine.install('tool', 'Tool', '1')
    return 0
  }
  const states = [
    '"H","\\x","N/A","Ready","x","x","267011","y"',
    '"H","\\x","N/A","Ready","x","x","3010","y"',
  ]
  machine.printed = (argv) => (argv[1] === '/query' ? `${states.shift()}\r\n` : '')
  expect(await machine.call('pkg.install', ['tool'])).toMatchObject({
    return: { tool: { old: '', new: '1' } },
    retcode: 0,
  })
  expect(machine.started.map(({ argv }) => argv)).toEqual([
    ['schtasks.exe', '/create', '/f', '/tn', 'update-salt-software', '/xml', file],
    ['schtasks.exe', '/run', '/tn', 'update-salt-software'],
    queryWords,
    queryWords,
  ])
  expect(task).toContain('<UserId>S-1-5-18</UserId>')
  expect(task).toContain('tool.exe</Command>')
  expect(task).toContain('<Arguments>/S /D=&lt;here&gt; &amp; there</Arguments>')
  expect(existsSync(file)).toBe(false)
  expect(Object.keys(machine.keys)).toContain(
    'HKLM\\SYSTEM\\CurrentControlSet\\Services\\salt-minion\\Volatile-Data',
  )
})

test('an installer of the minion is not waited for, once it runs', async () => {
  using machine = withTool('salt-minion')
  machine.printed = (argv) =>
    argv[1] === '/query' ? '"H","\\x","N/A","Running","x","x","267009","y"\r\n' : ''
  expect(await machine.call('pkg.install', ['salt-minion'])).toMatchObject({
    return: { 'salt-minion': { 'install status': 'task started' } },
    retcode: 0,
  })
})

test('a task that cannot be made fails with what schtasks says', async () => {
  using machine = withTool('tool')
  machine.program = () => 1
  machine.printed = () => 'ERROR: Access is denied.\r\n'
  expect(await machine.call('pkg.install', ['tool'])).toMatchObject({
    return: { tool: { 'install status': 'failed', comment: expect.stringContaining('schtasks.exe') } },
    retcode: 1,
  })
})

test('a task of an uninstaller starts in its directory; that of a product code leaves it to the scheduler', async () => {
  const start = async (uninstaller: string) => {
    using machine = withTool('tool', `\n    uninstaller: '${uninstaller}'`)
    machine.install('tool', 'Tool', '1')
    let task = ''
    machine.program = (argv) => {
      if (argv[1] === '/create') task = readFileSync(argv.at(-1) ?? '', 'utf16le')
      if (argv[1] === '/run') machine.uninstall('tool')
      return 0
    }
    machine.printed = (argv) => (argv[1] === '/query' ? '"H","\\x","N/A","Ready","x","x","0","y"\r\n' : '')
    expect(await machine.returned('pkg.remove', ['tool'])).toEqual({ tool: { old: '1', new: '' } })
    return /<WorkingDirectory>(.*)<\/WorkingDirectory>/.exec(task)?.[1]
  }
  expect(await start('C:\\Tool\\remove.cmd')).toBe('C:\\Tool')
  expect(await start('{23170F69-40C1-2702-0920-000001000000}')).toBeUndefined()
})

const queryWords = ['schtasks.exe', '/query', '/tn', 'update-salt-software', '/v', '/fo', 'csv', '/nh']

function withTool(name: string, more = ''): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/tool.exe', 'an installer')
  machine.serve(
    'win/repo-ng/tool.sls',
    `
${name}:
  '1':
    installer: salt://win/repo-ng/tool.exe
    full_name: Tool
    install_flags: /S /D=<here> & there
    use_scheduler: True${more}
`,
  )
  return machine
}
