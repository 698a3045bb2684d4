// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory, toolPath, until } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/* What becomes of a function of salt-call when somebody presses Ctrl-C. */

const module = `import { rmSync, writeFileSync } from 'node:fs'
export default ({ defineModule, fn, arg }) => {
  const path = arg.string('A file.')
  return defineModule({
    name: 'own', doc: 'Holds something.',
    functions: {
      hold: fn({ doc: 'Holds a file and a child.', args: { path }, run: async (ctx, { path }) => {
        writeFileSync(path, '')
        try {
          await ctx.run(['sh', '-c', 'echo $$ > ' + path + '.child; exec sleep 1000'])
          await new Promise((resolve) => setTimeout(resolve, 100))
        } finally {
          rmSync(path)
        }
      } }),
      stubborn: fn({ doc: 'Never ends.', args: { path }, run: (ctx, { path }) => {
        ctx.signal.addEventListener('abort', () => writeFileSync(path, 'aborted'))
        void ctx.run(['sh', '-c', 'echo $$ > ' + path + '.child; exec sleep 1000'], { signal: undefined })
        return new Promise((resolve) => setTimeout(resolve, 1_000_000))
      } }),
    },
  })
}`

let directory: string
let path: string

beforeEach(() => {
  directory = temporaryDirectory('interrupted')
  path = join(directory, 'held')
  for (const name of ['site/modules', 'etc']) mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, 'site/modules/own.mjs'), module)
  writeFileSync(join(directory, 'etc/minion'), `id: m1\nroot_dir: ${directory}\n`)
})
afterEach(() => removeTemporaryDirectory(directory))

interface Call {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  readonly program: number
}

async function call(fun: string): Promise<Call> {
  const args = ['-c', join(directory, 'etc'), '--local', '-m', join(directory, 'site'), fun, path]
  const child = spawn(process.execPath, [toolPath('salt-call'), ...args], { stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const program = await until('its program runs', () => {
    const file = `${path}.child`
    return existsSync(file) && Number(readFileSync(file, 'utf8'))
  })
  return { child, ended, program }
}

describe('an interrupted function', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('cleans up after %s, and its programs end', async (signal, code) => {
    const { child, ended, program } = await call('own.hold')
    expect(existsSync(path)).toBe(true)
    child.kill(signal)
    expect(await ended).toBe(code)
    expect(existsSync(path)).toBe(false)
    await until('its program is gone', () => !isAlive(program))
  })

  test('that does not end is ended by the second Ctrl-C, with its programs', async () => {
    const { child, ended, program } = await call('own.stubborn')
    child.kill('SIGINT')
    await until('it was told to end', () => existsSync(path))
    const secondMs = performance.now()
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(performance.now() - secondMs).toBeLessThan(4000)
    await until('its program is gone', () => !isAlive(program))
  })

  test('that does not end is ended when its time to clean up is over', async () => {
    const { child, ended, program } = await call('own.stubborn')
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    await until('its program is gone', () => !isAlive(program))
  }, 30_000)
})
