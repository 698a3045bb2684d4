// SPDX-License-Identifier: Apache-2.0
// Puts a direct load in the place of the loader that zeromq brings for its native addon. It probes folders, reads
// manifests and loads helper packages: 4 ms at each start.
// The addon itself stays in node_modules; where the direct load fails, the package's own loader is asked.

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

const zeromqLoader = `
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
const load = createRequire(import.meta.url)
const libc = process.platform !== 'linux' ? '' : existsSync('/etc/alpine-release') ? 'musl' : 'glibc'
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

/** An esbuild plugin; the text of the loader above becomes the module that the package asks for. */
export function nativeAddons(root) {
  return {
    name: 'native-addons',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/load-addon$/ }, ({ importer }) =>
        /[\\/]zeromq[\\/]lib[\\/]/.test(importer) ? { path: 'zeromq', namespace: 'addon' } : undefined,
      )
      onLoad({ filter: /.*/, namespace: 'addon' }, () => ({
        contents: zeromqLoader,
        resolveDir: root,
      }))
    },
  }
}
