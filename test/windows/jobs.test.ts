// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '@halite/core'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

const kit = useWindows()
let machine: WindowsMachine
let cluster: ProcessCluster
let roots: string

const files = {
  '_modules/spin.mjs': `export default ({ defineModule, fn }) => defineModule({
    name: 'spin',
    doc: 'What a module should not do.',
    functions: {
      now: fn({ doc: 'Never end.', examples: ["salt '*' spin.now"], run: () => { for (;;); } }),
      leave: fn({ doc: 'End the process.', examples: ["salt '*' spin.leave"], run: () => process.exit(3) }),
      where: fn({ doc: 'Say the system.', examples: ["salt '*' spin.where"], run: (ctx) => ctx.platform }),
    },
  })`,
  'web.sls': `C:\\web\\index.txt:
  file.managed:
    - source: salt://index.txt
    - template: jinja
    - makedirs: True
C:\\web\\old:
  file.absent
count:
  cmd.run:
    - name: echo %CD%
    - cwd: C:\\web
`,
  'index.txt': '{{ grains.os }} für {{ grains.id }}\n',
}

beforeAll(async () => {
  if (kit === undefined) return
  roots = temporaryDirectory('win')
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(roots, name)), { recursive: true })
    writeFileSync(join(roots, name), text)
  }
  const masterConfig = { file_roots: { base: [roots] }, auto_accept: true }
  cluster = await startProcesses({ minions: [], masterConfig })
  machine = WindowsMachine.make(kit, { id: 'win1', master: '127.0.0.1', master_port: cluster.ports.ret })
  await machine.startMinion()
  await cluster.waitConnected(['win1'])
})

afterAll(async () => {
  await machine?.close()
  await cluster?.close()
  if (roots !== undefined) removeTemporaryDirectory(roots)
})

/** What the minion returned. */
async function returned(...words: string[]): Promise<unknown> {
  const { stdout, stderr } = await cluster.run('salt', '-t', '60', '--out=json', 'win1', ...words)
  try {
    return (JSON.parse(stdout) as { win1: unknown }).win1
  } catch {
    throw new Error(`salt ${words.join(' ')} gave no return: ${stdout}${stderr}`)
  }
}

/** Starts a job and waits until the minion runs it. Resolves to its jid. */
async function started(...words: string[]): Promise<string> {
  const { stdout } = await cluster.run('salt', '--async', 'win1', ...words)
  const [jid = ''] = /\d{20}/.exec(stdout) ?? []
  const isRunning = async () => JSON.stringify(await returned('saltutil.running')).includes(jid)
  await until(`the job ${jid} runs`, isRunning, 30_000)
  return jid
}

async function untilGone(jid: string): Promise<void> {
  const isGone = async () => !JSON.stringify(await returned('saltutil.running')).includes(jid)
  await until(`the job ${jid} has ended`, isGone, 30_000)
}

async function commandLines(): Promise<string> {
  return (await run(['ps', '-eo', 'args'])).stdout.toString('utf8')
}

test('a command through cmd.exe, with its quotes and its retcode', async () => {
  const command = 'echo "a  b" ^& c & cd & exit 3010'
  expect(await returned('cmd.run_all', command, 'cwd=C:\\windows')).toMatchObject({
    retcode: 3010,
    stdout: '"a  b" & c \r\nC:\\windows',
    stderr: '',
  })
})

test('letters of other languages come back', async () => {
  expect(await returned('cmd.run', 'echo é')).toBe('é')
})

test('a batch file of the master is given its words as they are', async () => {
  machine.write('C:\\a b\\show.bat', '@echo off\r\necho [%1] [%2]\r\nexit /b 7\r\n')
  const result = await returned('cmd.run_all', '"C:\\a b\\show.bat" "one & two" 3', 'python_shell=False')
  expect(result).toMatchObject({ retcode: 7, stdout: '["one & two"] [3]' })
})

test('a module of a site, and a state with a template', async () => {
  expect(await returned('saltutil.sync_modules')).toEqual(['modules.spin'])
  expect(await returned('spin.where')).toBe('win32')
  const results = Object.values((await returned('state.apply', 'web')) as Record<string, { result: boolean }>)
  expect(results.map(({ result }) => result)).toEqual([true, true, true])
  expect(machine.read('C:\\web\\index.txt')).toBe('Windows für win1\r\n')
})

test('a job that ends its process returns that', async () => {
  expect(await returned('spin.leave')).toContain('exited with code 3')
  expect(await returned('test.ping')).toBe(true)
})

test('a job in a busy loop is killed', async () => {
  const jid = await started('spin.now')
  await returned('saltutil.kill_job', jid)
  await untilGone(jid)
  expect(await returned('test.ping')).toBe(true)
})

test('killing a job ends all that it started', async () => {
  // A number that no other process has in its arguments.
  const count = String(100_000 + process.pid)
  const jid = await started('cmd.run', `ping -n ${count} 127.0.0.1 & echo over`)
  await until('the command runs', async () => (await commandLines()).includes(`ping -n ${count}`))
  await returned('saltutil.kill_job', jid)
  await untilGone(jid)
  await until(
    'the command has ended',
    async () => !(await commandLines()).includes(`ping -n ${count}`),
    30_000,
  )
})

test('a program that takes too long is ended', async () => {
  const count = String(200_000 + process.pid)
  const text = await returned('cmd.run', `ping -n ${count} 127.0.0.1`, 'timeout=1')
  expect(text).toBe(`ping -n ${count} 127.0.0.1 : Timed out after 1 seconds`)
  await until(
    'the command has ended',
    async () => !(await commandLines()).includes(`ping -n ${count}`),
    30_000,
  )
})

test('a second minion on the same directories is refused, also after the first was killed', async () => {
  const refused = await machine.run(...machine.minionCommand)
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('salt-minion is already running on C:\\salt\\var\\cache\\salt\\minion')
  await machine.killMinion()
  await machine.startMinion()
  await cluster.waitConnected(['win1'])
  expect(await returned('test.ping')).toBe(true)
})
