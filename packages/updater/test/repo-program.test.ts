// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lockDirectory, run } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { repoCommands } from '../src/repo-commands.ts'
import { nameOf, zipRelease } from './support/releases.ts'

const program = fileURLToPath(new URL('../dist/repo-main.js', import.meta.url))

let work: string
let directory: string

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'halite-program-'))
  directory = join(work, 'repo')
})

afterEach(() => rmSync(work, { recursive: true }))

async function repo(...words: string[]): Promise<readonly [code: number, out: string, err: string]> {
  const { retcode, stdout, stderr } = await run([process.execPath, program, ...words])
  return [retcode, stdout.toString(), stderr.toString()]
}

const initial = ['--root-keys', '1', '--threshold', '1']

describe('halite-repo', () => {
  test('helps: with all commands, and with each', async () => {
    const [code, out] = await repo('--help')
    expect(code).toBe(0)
    for (const { name, summary } of repoCommands)
      expect(out).toMatch(new RegExp(`^ {2}${name} .*${summary}$`, 'm'))
    const [ofAdd, text] = await repo('add', '--help')
    expect([ofAdd, text.split('\n')[0]]).toEqual([0, 'Usage: halite-repo add DIRECTORY ZIP... [options]'])
    expect(text).toMatch(/--patches=N .*\[default: 1\]/)
  })

  test('without words prints its help, and fails', async () => {
    const [code, out] = await repo()
    expect([code, out.split('\n')[0]]).toEqual([64, 'Usage: halite-repo COMMAND DIRECTORY [options]'])
  })

  test.each([
    [['foo', 'x'], 'foo is no command', 'halite-repo --help'],
    [['init'], 'init needs the DIRECTORY of a repository', 'halite-repo init --help'],
    [['add', 'DIR'], 'add needs ZIP...', 'halite-repo add --help'],
    [['sign', 'DIR', 'more'], 'sign does not know what to do with more', 'halite-repo sign --help'],
    [['sign', 'DIR', '--patches', '2'], 'sign has no option --patches', 'halite-repo sign --help'],
    [['init', 'DIR', '--bogus'], "Unknown option '--bogus'", 'halite-repo --help'],
    [['init', 'DIR', '--threshold', 'x'], '--threshold x is not a number', 'halite-repo init --help'],
    [['add', 'DIR', 'a.zip', '--patches', '-'], '--patches - is not a number', 'halite-repo add --help'],
    [
      ['rotate-key', 'DIR', 'foo'],
      'foo is no role: they are root, targets, snapshot, timestamp',
      'rotate-key',
    ],
  ])('%j is a mistake, and nothing is done', async (words, problem, help) => {
    const [code, out, err] = await repo(...words.map((word) => (word === 'DIR' ? directory : word)))
    expect([code, out]).toEqual([64, ''])
    expect(err).toContain(`halite-repo: ${problem}\n`)
    expect(err).toContain(help)
    expect(readdirSync(work)).toEqual([])
  })

  test.each([['list'], ['sign'], ['publish'], ['rotate-key', 'timestamp'], ['withdraw', nameOf('1.1')]])(
    '%s of a directory without a repository says so, and makes none',
    async (name, ...words) => {
      const [code, out, err] = await repo(name, directory, ...words)
      expect([code, out]).toEqual([1, ''])
      expect(err).toBe(`halite-repo: ${directory} is no repository\nMake one: halite-repo init DIRECTORY\n`)
      expect(existsSync(directory)).toBe(false)
    },
  )

  test('says what it did, and what is next', async () => {
    expect((await repo('init', directory, ...initial))[1]).toContain(`${directory}/metadata/1.root.json`)
    const zip = await zipRelease(work, { version: '1.1' })
    expect((await repo('add', directory, zip))[1]).toMatch(/^added app-1\.1\..*\n.*`halite-repo sign`/)
    expect((await repo('list', directory))[1]).toBe(`${nameOf('1.1')}\n`)
    expect((await repo('sign', directory))[1]).toBe('signed; releases: 1\n')
    expect((await repo('publish', directory))[1]).toMatch(
      /^published; publish again before 20\d\d-.*, sign again before 20\d\d-/,
    )
    expect((await repo('rotate-key', directory, 'timestamp'))[1]).toContain(
      'repo.keys/timestamp-2.pem is the new key',
    )
    expect((await repo('withdraw', directory, nameOf('1.1')))[0]).toBe(0)
    const [code, , err] = await repo('withdraw', directory, nameOf('1.1'))
    expect([code === 0, err]).toEqual([
      false,
      expect.stringContaining(`the draft has no release ${nameOf('1.1')}`),
    ])
  })

  test('names who works on the draft, and says to wait', async () => {
    await repo('init', directory, ...initial)
    const lock = lockDirectory(join(directory, 'draft'), 'halite-repo')
    const names = readdirSync(join(directory, 'metadata'))
    for (const words of [['sign'], ['publish'], ['rotate-key', 'timestamp']]) {
      const [code, , err] = await repo(words[0] ?? '', directory, ...words.slice(1))
      expect(code).not.toBe(0)
      expect(err).toContain(`(pid ${process.pid})\nTry again when that process has ended.`)
    }
    lock.release()
    expect(readdirSync(join(directory, 'metadata'))).toEqual(names)
    expect(existsSync(join(`${directory}.keys`, 'timestamp-2.pem'))).toBe(false)
  })
})
