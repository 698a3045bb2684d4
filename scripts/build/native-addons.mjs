// SPDX-License-Identifier: Apache-2.0
// Puts a direct load in the place of the loaders that packages bring for their native addons. Those probe folders,
// read manifests and load helper packages: 4 ms at each start for zeromq, 5 ms for msgpackr.
// The addons themselves stay in node_modules; where the direct load fails, the package's own loader is asked.

/** For each platform the build that asks least of its C library; being Node-API, it serves every Node. */
export const zeromqBuilds = {
  'linux-x64-glibc': 'linux/x64/node/glibc-127-Release',
  'linux-x64-musl': 'linux/x64/node/musl-127-Release',
  'linux-arm64-glibc': 'linux/arm64/node/glibc-127-Release',
  'linux-arm64-musl': 'linux/arm64/node/musl-127-Release',
  'darwin-x64': 'darwin/x64/node/libc-115-Release',
  'darwin-arm64': 'darwin/arm64/node/libc-115-Release',
  'win32-x64': 'win32/x64/node/msvc-115-Release',
  'win32-ia32': 'win32/ia32/node/msvc-115-Release',
  'win32-arm64': 'win32/arm64/node/msvc-115-Release',
}

const startOfLoader = `
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
const load = createRequire(import.meta.url)
const libc = process.platform !== 'linux' ? '' : existsSync('/etc/alpine-release') ? 'musl' : 'glibc'
`

const zeromqLoader = `${startOfLoader}
const builds = ${JSON.stringify(zeromqBuilds)}
function addon() {
  const build = builds[[process.platform, process.arch, libc].filter(Boolean).join('-')]
  try {
    return load('zeromq/build/' + build + '/addon.node')
  } catch {
    return load('zeromq/lib/load-addon').default
  }
}
export default addon()
`

const msgpackrLoader = `${startOfLoader}
function addon() {
  const file = ['node', 'napi', libc, 'node'].filter(Boolean).join('.')
  try {
    return load('@msgpackr-extract/msgpackr-extract-' + process.platform + '-' + process.arch + '/' + file)
  } catch {
    return load('msgpackr-extract')
  }
}
export const { extractStrings } = addon()
`

const loaders = { zeromq: zeromqLoader, msgpackr: msgpackrLoader }

/** An esbuild plugin; the text of each loader above becomes the module that the package asks for. */
export function nativeAddons(root) {
  return {
    name: 'native-addons',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/load-addon$/ }, ({ importer }) =>
        /[\\/]zeromq[\\/]lib[\\/]/.test(importer) ? { path: 'zeromq', namespace: 'addon' } : undefined,
      )
      onResolve({ filter: /^msgpackr-extract$/ }, () => ({ path: 'msgpackr', namespace: 'addon' }))
      onLoad({ filter: /.*/, namespace: 'addon' }, ({ path }) => ({
        contents: loaders[path],
        resolveDir: root,
      }))
    },
  }
}
