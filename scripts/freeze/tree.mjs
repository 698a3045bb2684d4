// SPDX-License-Identifier: Apache-2.0
// What a frozen release consists of, as entries of its zip file: start files and the pointer in the root, everything else
// in the folder of the version.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Programs that run until they are stopped: their start file starts them again when they ask for it. */
const daemons = ['salt-master', 'salt-minion']

/**
 * The entries (`{ path, contents | source, mode }`) of release `name`, made of the files of the bundle, libraries, the
 * runtime and site modules. `facts` go into its manifest.
 */
export function frozenTree({ root, name, platform, tools, parts, runtime, facts }) {
  const windows = platform.startsWith('win32')
  const inVersion = [
    { path: windows ? 'bin/node.exe' : 'bin/node', source: runtime.binary, mode: 0o755 },
    { path: 'LICENSE', source: join(root, 'LICENSE'), mode: 0o644 },
    { path: 'LICENSE-Node.txt', source: runtime.licence, mode: 0o644 },
    ...parts.map(({ path, ...from }) => ({ path: `lib/${path}`, mode: 0o644, ...from })),
  ].sort(byPath)
  const manifest = { ...facts, files: inVersion.map(describe) }
  const version = [...inVersion, text('MANIFEST.json', `${JSON.stringify(manifest, null, 1)}\n`)]
  return [
    text('current', `${name}\n`),
    ...startFiles({ root, windows, tools }),
    ...version.map((entry) => ({ ...entry, path: `versions/${name}/${entry.path}` })),
  ]
}

/** All files in a folder, as entries. */
export function entriesIn(folder, wanted = () => true) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((source) => ({ path: source.slice(folder.length + 1).replaceAll('\\', '/'), source }))
    .filter(({ path }) => wanted(path))
}

function startFiles({ root, windows, tools }) {
  const folder = join(root, 'packages', 'updater', 'launcher')
  const template = readFileSync(join(folder, windows ? 'start.cmd' : 'start.sh'), 'utf8')
  const contents = template.replace('@DAEMONS@', daemons.join(' '))
  if (windows)
    return [...tools, 'install-service'].map((tool) =>
      text(`${tool}.cmd`, contents.replaceAll(/\r?\n/g, '\r\n')),
    )
  return tools.map((tool) => ({ ...text(tool, contents), mode: 0o755 }))
}

function text(path, contents) {
  return { path, contents, mode: 0o644 }
}

function describe({ path, contents, source, mode }) {
  const bytes = contents === undefined ? readFileSync(source) : Buffer.from(contents)
  if (source !== undefined && statSync(source).size !== bytes.length)
    throw new Error(`${source} changed while it was read`)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { path, size: bytes.length, sha256, ...(mode === 0o755 ? { executable: true } : {}) }
}

function byPath(a, b) {
  return a.path < b.path ? -1 : 1
}
