// SPDX-License-Identifier: Apache-2.0
// `npm run freeze -- --platform linux-x64 --node 22`: a release that needs nothing on the machine it runs on, as
// dist/salt-VERSION.PLATFORM.zip. Two runs from the same sources give the same bytes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './build/bundle.mjs'
import { recordFrozenBytecode } from './freeze/bytecode.mjs'
import { checkFrozen } from './freeze/check.mjs'
import { freezerIncludes } from './freeze/includes.mjs'
import { librariesFor } from './freeze/libraries.mjs'
import { runtimeFor, runtimes } from './freeze/runtimes.mjs'
import { tarballEntries, writeTarball } from './freeze/tarball.mjs'
import { entriesIn, frozenTree } from './freeze/tree.mjs'
import { writeZip } from './freeze/zip.mjs'

const root = join(import.meta.dirname, '..')
const usage = `npm run freeze -- [--platform ${Object.keys(runtimes).join('|')}] [--node 22|24] [--release VERSION]
  [--config FILE with freezer_includes] [--out DIRECTORY] [--trust ROOT.json] [--tarball] [--no-check]`

const { values } = parseArgs({
  options: {
    platform: { type: 'string', default: `${process.platform}-${process.arch}` },
    node: { type: 'string', default: '22' },
    release: { type: 'string', default: JSON.parse(readFileSync(join(root, 'lerna.json'), 'utf8')).version },
    config: { type: 'string' },
    out: { type: 'string', default: join(root, 'dist') },
    trust: { type: 'string' },
    tarball: { type: 'boolean', default: false },
    'no-check': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(usage)
else await freeze(values)

async function freeze({ platform, node, release, config, out, trust, tarball, 'no-check': unchecked }) {
  if (!/^[0-9][\w.+-]*$/.test(release)) throw new Error(`--release ${release}: a version begins with a digit`)
  if (tarball && platform.startsWith('win32')) throw new Error('--tarball: there is none for Windows')
  const trusted = trustedRoot(trust)
  const began = performance.now()
  const cache = join(root, 'node_modules', '.cache', 'halite-freeze')
  const runtime = runtimeFor(platform, node, cache)
  const name = `salt-${release}.${platform}`
  const work = mkdtempSync(join(tmpdir(), 'halite-freeze-'))
  try {
    const lib = join(work, 'lib')
    const starts = await bundle(root, { dist: lib, release })
    if (starts === undefined) throw new Error('the sources do not build')
    const libraries = await librariesFor(root, platform, cache)
    const bytecode = recordFrozenBytecode({ lib, runtime, platform, work })
    const chunks = entriesIn(lib, (path) => !path.endsWith('.map') && path !== '.files')
    const parts = [...chunks, ...libraries, ...bytecode, ...(await freezerIncludes(config))]
    const tools = starts.map((path) => path.slice('dist/'.length, -'.js'.length)).filter(isTool)
    const facts = {
      app: 'salt',
      version: release,
      platform,
      node: runtime.version,
      ...libcOf(platform),
      tools,
    }
    const tree = frozenTree({ root, name, platform, tools, parts, runtime, facts })
    const entries = [...tree, ...trusted]
    mkdirSync(out, { recursive: true })
    const zip = join(resolve(out), `${name}.zip`)
    await writeZip(zip, entries)
    if (tarball) await writeTarball(join(resolve(out), `${name}.tar.gz`), tarballEntries(root, entries))
    if (!unchecked) await checkFrozen({ zip, root, name, platform, facts, work })
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${zip}: ${(statSync(zip).size / 1e6).toFixed(1)} MB, Node ${runtime.version}, ${seconds} s`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** The root of a repository, which a minion that runs from the release then trusts. */
function trustedRoot(file) {
  if (file === undefined) return []
  const contents = readFileSync(file, 'utf8')
  const { signed } = JSON.parse(contents)
  if (signed?._type !== 'root' || signed.roles?.timestamp === undefined)
    throw new Error(
      `--trust ${file}: that is no root of a repository; halite-repo makes metadata/1.root.json`,
    )
  return [{ path: 'trust/root.json', contents, mode: 0o644 }]
}

function isTool(name) {
  return /^(salt|halite)(-[a-z]+)?$/.test(name)
}

/** What the runtimes of Linux ask for; no addon may ask for more, but the one of lmdb, which the master alone loads. */
function libcOf(platform) {
  return platform.startsWith('linux') ? { glibc: '2.28', glibcOfMaster: '2.34' } : {}
}
