// SPDX-License-Identifier: Apache-2.0
// The relocatable tarball: salt/bin is a frozen release, salt/etc its configuration, salt/install what makes services of it.
import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** How many files a daemon may have open: a master has a connection to each minion. */
const daemons = { 'salt-master': 100_000, 'salt-minion': 8192 }
/** Service manager → the end of the names of its service files. */
const managers = { systemd: '.service', openrc: '', sysv: '', launchd: '.plist', smf: '.xml' }
const blockBytes = 512
const mtimeSeconds = 315_532_800

/** The entries of the tarball around those of a frozen release. */
export function tarballEntries(root, frozen) {
  return [
    ...frozen.map((entry) => ({ ...entry, path: `salt/bin/${entry.path}` })),
    ...['master', 'minion'].map((name) => file(`salt/etc/${name}`, join(root, 'config', name))),
    ...installEntries(root),
  ]
}

/** What installs the services: the script, and a service file of each daemon for each service manager. */
export function installEntries(root) {
  const folder = join(root, 'packages', 'updater', 'install')
  const services = Object.entries(managers).flatMap(([manager, suffix]) =>
    Object.entries(daemons).map(([name, files]) => {
      const template = readFileSync(join(folder, manager, `salt${suffix}`), 'utf8')
      const daemon = name.slice('salt-'.length)
      const contents = template.replaceAll('SALT_DAEMON', daemon).replaceAll('SALT_FILES', String(files))
      return { path: `salt/install/${manager}/${name}${suffix}`, contents, mode: 0o644 }
    }),
  )
  return [file('salt/install/install.sh', join(folder, 'install.sh'), 0o755), ...services]
}

/** Writes `entries` (`{ path, contents | source, mode }`) as a tar file with gzip; its bytes depend on them alone. */
export async function writeTarball(target, entries) {
  await pipeline(blocks(entries.toSorted(byPath)), createGzip({ level: 6 }), createWriteStream(target))
}

async function* blocks(entries) {
  for (const { path, contents, source, mode } of entries) {
    const bytes = contents === undefined ? undefined : Buffer.from(contents)
    const size = bytes?.length ?? statSync(source).size
    yield header(path, { size, mode })
    if (bytes === undefined) yield* createReadStream(source)
    else yield bytes
    yield Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes)
  }
  yield Buffer.alloc(2 * blockBytes)
}

/** As POSIX has it (ustar): a long path is split at a slash. */
function header(path, { size, mode }) {
  const block = Buffer.alloc(blockBytes)
  const cut = path.length <= 100 ? 0 : path.indexOf('/', path.length - 101)
  if (cut < 0 || cut > 155) throw new Error(`the path ${path} is too long for a tar file`)
  block.write(path.slice(cut === 0 ? 0 : cut + 1), 0)
  block.write(path.slice(0, cut), 345)
  for (const [value, at, digits] of [
    [mode, 100, 7],
    [0, 108, 7],
    [0, 116, 7],
    [size, 124, 11],
    [mtimeSeconds, 136, 11],
  ])
    block.write(value.toString(8).padStart(digits, '0'), at)
  block.write('        0', 148)
  block.write('ustar\x0000', 257)
  for (const at of [265, 297]) block.write('root', at)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function file(path, source, mode = 0o644) {
  return { path, source, mode }
}

function byPath(a, b) {
  return a.path < b.path ? -1 : 1
}
