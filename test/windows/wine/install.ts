// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '@halite/testing'
import type { Kit } from './prepare.ts'

/** What each machine writes itself. All else, the programs of Windows, is shared by hard links. */
const own = /\.reg$/

/** A prefix of its own, in 20 ms: the registry is copied, files are links to those of the template. It is named after our process. */
export function clonePrefix({ cache, template }: Kit): string {
  const prefix = mkdtempSync(join(cache, 'machines', `${process.pid}-`))
  execFileSync('cp', ['-al', `${template}/.`, prefix])
  const copied = readdirSync(template).filter((name) => own.test(name))
  execFileSync('cp', ['--remove-destination', ...copied.map((name) => join(template, name)), prefix])
  return prefix
}

/** What of packages the minion needs beside its bundle: addons. */
const addons = [
  'zeromq/package.json',
  'zeromq/lib',
  'zeromq/build/manifest.json',
  'zeromq/build/win32/x64',
  'native-reg',
  'node-gyp-build',
]

/** Lays out the minion as an installation on Windows has it: Node, start files, bundle, addons. Nothing else of the repository. */
export function installMinion({ node }: Kit, target: string): void {
  mkdirSync(target, { recursive: true })
  linkSync(node, join(target, 'node.exe'))
  for (const folder of ['bin', 'dist']) copyTree(join(repositoryRoot, folder), join(target, folder))
  for (const path of addons)
    copyTree(join(repositoryRoot, 'node_modules', path), join(target, 'node_modules', path))
}

/** Bytecode stays behind: it is that of another system. */
function copyTree(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`${from} is missing: run npm run build`)
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.bytecode') })
}
