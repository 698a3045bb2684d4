// SPDX-License-Identifier: Apache-2.0
// Looks at a frozen release as its receiver does: unpacked elsewhere and, where this machine can run it, started with an
// empty environment.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInModules, kinds } from '../built-in-modules.mjs'
import { entriesIn } from './tree.mjs'

/** Loads every module of the kinds it is given, and prints kind and name of each. */
const loadEverything = `
const { manifest } = require(process.argv[1])
const kinds = process.argv.slice(2)
const load = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}).map(async ([name, { load }]) => {
  if ((await load()).default === undefined) throw new Error(kind + ' ' + name + ' exports nothing')
  return [kind, name]
}))
Promise.all(load).then((list) => console.log(JSON.stringify(list)))
`

/** Looks for bytecode where the tools do: nothing else would show that they start slowly. */
const findBytecode = `
const name = process.version + '-' + process.platform + '-' + process.arch
require('node:fs').readdirSync(process.argv[1] + '/.bytecode/' + name)
`

/** Loads the addons, as a daemon does. */
const loadAddons = `require(process.argv[1] + '/node_modules/lmdb'); console.log('ok')`

/** Rejects when a file, a module or an addon is missing, or asks for a newer C library than the release declares. */
export async function checkFrozen({ zip, name, platform, facts, work }) {
  const folder = join(work, 'unpacked')
  mkdirSync(folder)
  succeed('unzip', ['-q', zip, '-d', folder])
  const version = join(folder, 'versions', name)
  checkFiles(version)
  checkFormats(version, platform)
  if (facts.glibc !== undefined) checkLibc(version, facts)
  if (platform !== `${process.platform}-${process.arch}`) return
  await checkModules(version)
  for (const script of [loadAddons, findBytecode])
    succeed(join(version, 'bin', 'node'), ['-e', script, join(version, 'lib')])
  checkStart(folder, facts)
}

function checkFiles(version) {
  const { files } = JSON.parse(readFileSync(join(version, 'MANIFEST.json'), 'utf8'))
  const missing = files.find(({ path, size }) => {
    const file = join(version, path)
    return !existsSync(file) || readFileSync(file).length !== size
  })
  if (missing !== undefined) throw new Error(`the release lacks ${missing.path}`)
}

/** Every program and addon is one of the platform. */
function checkFormats(version, platform) {
  for (const { path, source } of entriesIn(version, (name) => /\.node$|^bin\//.test(name))) {
    const found = formatOf(readFileSync(source))
    if (found !== platform) throw new Error(`${path} is for ${found}, not for ${platform}`)
  }
}

/** From the first bytes of an ELF, PE or Mach-O file. */
function formatOf(bytes) {
  const magic = bytes.readUInt32BE(0)
  if (magic === 0x7f454c46) return machines.linux[bytes.readUInt16LE(18)]
  if (magic >>> 16 === 0x4d5a) return machines.win32[bytes.readUInt16LE(bytes.readUInt32LE(60) + 4)]
  if (magic === 0xcffaedfe) return machines.darwin[bytes.readUInt32LE(4)]
  return 'no system we know'
}

const machines = {
  linux: { 62: 'linux-x64', 183: 'linux-arm64' },
  win32: { 34404: 'win32-x64' },
  darwin: { 16777223: 'darwin-x64', 16777228: 'darwin-arm64' },
}

/** The store of the master asks for more than all the rest; minions and tools do not load it. */
function checkLibc(version, { glibc, glibcOfMaster }) {
  for (const { path, source } of entriesIn(version, (name) => /\.node$|bin\/node$/.test(name))) {
    const most = path.includes('/@lmdb/') ? glibcOfMaster : glibc
    const asked = [
      ...readFileSync(source)
        .toString('latin1')
        .matchAll(/GLIBC_(\d+\.\d+)/g),
    ].map(([, one]) => one)
    const tooNew = asked.find((one) => newer(one, most))
    if (tooNew !== undefined) throw new Error(`${path} needs GLIBC_${tooNew}; the release declares ${most}`)
  }
}

function newer(one, other) {
  const [major, minor] = one.split('.').map(Number)
  const [otherMajor, otherMinor] = other.split('.').map(Number)
  return major > otherMajor || (major === otherMajor && minor > otherMinor)
}

async function checkModules(version) {
  const printed = succeed(join(version, 'bin', 'node'), [
    '-e',
    loadEverything,
    join(version, 'lib', 'modules.js'),
    ...kinds,
  ])
  const frozen = new Set(JSON.parse(printed).map(([kind, name]) => `${kind} ${name}`))
  const sources = Object.entries(await builtInModules()).flatMap(([kind, list]) =>
    list.map(({ file }) => `${kind} ${file}`),
  )
  const missing = sources.filter((one) => !frozen.has(one))
  if (missing.length > 0) throw new Error(`the release lacks modules: ${missing.join(', ')}`)
}

function checkStart(folder, { tools, version }) {
  const config = join(folder, '..', 'check')
  mkdirSync(config)
  writeFileSync(join(config, 'minion'), `root_dir: ${config}\nid: freezer\n`)
  for (const tool of tools) {
    const printed = succeed(join(folder, tool), ['--version'])
    if (!printed.includes(version)) throw new Error(`${tool} --version printed ${printed.trim()}`)
  }
  const printed = succeed(join(folder, 'salt-call'), ['--local', '-c', config, 'test.ping'])
  if (!printed.includes('True')) throw new Error(`test.ping of the release printed ${printed.trim()}`)
}

function succeed(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env: program === 'unzip' ? process.env : {},
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status !== 0) throw new Error(`${program} ${args.at(-1)}: ${error?.message ?? stderr.trim()}`)
  return stdout
}
