// SPDX-License-Identifier: Apache-2.0
// The packages that the bundle leaves outside: lmdb and its native addon, and the addon of zeromq.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { zeromqBuilds } from '../build/native-addons.mjs'
import { fetchPackage } from './runtimes.mjs'

/**
 * The files of these packages for a platform as `{ path, source }`, `path` below `node_modules`. What lmdb loads is what a
 * bundler finds from its entry. Rejects when a package is missing.
 */
export async function librariesFor(root, platform, cache) {
  return [...(await lmdbFiles(root)), ...lmdbAddon(root, platform, cache), ...zeromqAddon(root, platform)]
}

async function lmdbFiles(root) {
  const { metafile } = await build({
    stdin: { contents: "require('lmdb')", resolveDir: join(root, 'packages', 'master') },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const inputs = Object.keys(metafile.inputs).filter((path) => path.startsWith('node_modules/'))
  const manifests = inputs.map((path) => join(packageFolder(path), 'package.json'))
  const licences = inputs.flatMap((path) => licencesIn(root, packageFolder(path)))
  // Asked for with a name that is put together, where no bundler sees it.
  const hidden = inputs
    .map((path) => join(packageFolder(path), 'node-gyp-build.js'))
    .filter((path) => existsSync(join(root, path)))
  const detect = filesOf(root, 'node_modules/detect-libc', /^(package\.json|LICENSE|lib\/.*\.js)$/)
  return unique([...inputs, ...manifests, ...licences, ...hidden, ...detect]).map((path) =>
    fileOf(root, path),
  )
}

function lmdbAddon(root, platform, cache) {
  const name = `@lmdb/lmdb-${platform}`
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { version, integrity } = lock.packages[`node_modules/${name}`]
  const folder = fetchPackage([name, version, integrity], cache)
  // Node-API serves every Node; what is built for one of them does not load in others.
  const names = readdirSync(folder).filter((file) => !/\.abi\d+\.|\.musl\.|\.md$/.test(file))
  return names.map((file) => ({ path: `node_modules/${name}/${file}`, source: join(folder, file) }))
}

function zeromqAddon(root, platform) {
  // The runtimes of Linux are made for glibc.
  const build = zeromqBuilds[platform] ?? zeromqBuilds[`${platform}-glibc`]
  const addon = `node_modules/zeromq/build/${build}/addon.node`
  return [addon, 'node_modules/zeromq/package.json', ...licencesIn(root, 'node_modules/zeromq')].map((path) =>
    fileOf(root, path),
  )
}

function licencesIn(root, folder) {
  return readdirSync(join(root, folder))
    .filter((name) => /^licen[sc]e/i.test(name))
    .map((name) => join(folder, name))
}

function filesOf(root, folder, wanted) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => wanted.test(name.replaceAll('\\', '/')))
    .map((name) => join(folder, name))
}

function packageFolder(path) {
  const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(path)
  return folder === null ? dirname(path) : folder[1]
}

function fileOf(root, path) {
  return { path: relative(root, join(root, path)).replaceAll('\\', '/'), source: join(root, path) }
}

function unique(list) {
  return [...new Set(list)].sort()
}
