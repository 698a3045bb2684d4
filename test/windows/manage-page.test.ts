// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadJson, parseYaml } from '@halite/core'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  repositoryRoot,
  startProcesses,
  temporaryDirectory,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Installers } from './packages/installers.ts'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

/* docs/operate/manage-windows-software.md: its files are written, and its commands run, in the order of the page. */

interface Command {
  readonly words: readonly [string, ...string[]]
  /** What stands behind it, where that is a value. */
  readonly answer: unknown
}

const kit = useWindows()
const page = readFileSync(join(repositoryRoot, 'docs/operate/manage-windows-software.md'), 'utf8')
const commands = blocksOf('sh').flatMap((block) => block.trim().split('\n').map(commandOf))
let machine: WindowsMachine
let directory: string
let cluster: ProcessCluster

beforeAll(async () => {
  if (kit === undefined) return
  directory = temporaryDirectory('windows-page')
  const srv = join(directory, 'srv')
  const repository = join(srv, 'win', 'repo-ng')
  machine = WindowsMachine.make(kit, { id: 'winminion' })
  await writeSoftware([srv, machine.path('C:\\salt\\srv\\salt')])
  cluster = await startProcesses({
    minions: [],
    masterConfig: {
      auto_accept: true,
      file_roots: { base: [srv] },
      winrepo_dir: join(srv, 'win', 'repo'),
      winrepo_dir_ng: repository,
      winrepo_remotes: [],
      winrepo_remotes_ng: [gitRepository(join(directory, 'team'))],
    },
  })
  machine.configure({ id: 'winminion', master: '127.0.0.1', master_port: cluster.ports.ret })
  await machine.startMinion()
  await cluster.waitConnected(['winminion'])
})

afterAll(async () => {
  await machine?.close()
  await cluster?.close()
  if (directory !== undefined) removeTemporaryDirectory(directory)
})

test('the page has commands', () => {
  expect(commands.length).toBeGreaterThan(15)
})

for (const { words, answer } of commands) {
  const [tool, ...others] = words
  test(words.join(' '), async () => {
    if (tool === 'salt-call') return checkLocal(others, answer)
    const { stdout, stderr, code } = await cluster.run(tool, '--out=json', ...timed(tool), ...others)
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
    const returned = loadJson(stdout) as Record<string, unknown>
    if (answer !== undefined) expect(returned['winminion']).toEqual(answer)
  })
}

/** A machine without git says so; everything else answers. */
async function checkLocal(words: readonly string[], answer: unknown): Promise<void> {
  const { stdout, stderr, code } = await machine.call('--out=json', ...words)
  if (words.includes('winrepo.update_git_repos')) {
    expect(code).not.toBe(0)
    expect(stdout + stderr).toMatch(/git/)
    return
  }
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
  if (answer !== undefined) expect((loadJson(stdout) as { local: unknown }).local).toEqual(answer)
}

function timed(tool: string): string[] {
  return tool === 'salt' ? ['--static', '-t', '60'] : []
}

/** The files that the page shows, below each of these roots of a file server, and the installers that they name. */
async function writeSoftware(roots: readonly string[]): Promise<void> {
  const installers = new Installers(join(directory, 'built'))
  const files = new Map<string, string | Uint8Array>()
  for (const block of blocksOf('yaml')) {
    const [, path] = /^# \/srv\/salt\/(\S+)\n/.exec(block) ?? []
    if (path !== undefined) files.set(path, block)
  }
  for (const version of ['17.0.1', '16.0.2']) {
    const setup = await installers.setup({
      ...{ name: 'Mozilla Firefox', version, listedAs: `Mozilla Firefox ${version} (x86 en-US)` },
      ...{
        folder: 'C:\\Program Files (x86)\\Mozilla Firefox',
        uninstaller: 'uninstall\\helper.exe',
        isSilent: true,
      },
    })
    files.set(`win/repo-ng/firefox/Firefox Setup ${version}.exe`, setup)
  }
  for (const root of roots) {
    for (const [path, content] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
  }
}

function gitRepository(path: string): string {
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'team.sls'), "team:\n  '1.0': { full_name: Team }\n")
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', path, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words])
  git('init', '-q', '-b', 'master')
  git('add', '.')
  git('commit', '-q', '-m', 'team')
  return path
}

function blocksOf(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  )
}

/** `salt … # {…}`: the words, and the value that they return. What stands there in other words is for people. */
function commandOf(line: string): Command {
  const [, text = '', remark = ''] = /^(.*?)\s*(?: # ?(.*))?$/.exec(line) ?? []
  const [tool = '', ...words] = (text.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''))
  return { words: [tool, ...words], answer: /^[[{]/.test(remark) ? parseYaml(remark, line) : undefined }
}
