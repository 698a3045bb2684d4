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
import { Mistake, readGiven } from './freeze/mistake.mjs'
import { runtimeFor, runtimes } from './freeze/runtimes.mjs'
import { tarballEntries, writeTarball } from './freeze/tarball.mjs'
import { entriesIn, frozenTree } from './freeze/tree.mjs'
import { writeZip } from './freeze/zip.mjs'

const root = join(import.meta.dirname, '..')
const usage = `Usage: npm run freeze -- [options]

Builds a release that needs nothing on the machine it runs on: dist/salt-VERSION.PLATFORM.zip. See docs/operate/freeze-and-update.md.

  --platform PLATFORM  ${Object.keys(runtimes).join(', ')}  [default: this machine]
  --node 22|24         the Node that it includes  [default: 22]
  --release VERSION    the version  [default: that of the sources]
  --config FILE        a YAML file with freezer_includes
  --out DIRECTORY      where to write the zip  [default: dist]
  --trust FILE         the root metadata that minions of this release trust, metadata/1.root.json of a repository
  --tarball            also create a tarball with configuration and service files
  --no-check           skip the verification
  --help               print this`

try {
  const values = options()
  if (values.help) console.log(usage)
  else await freeze(values)
} catch (error) {
  // Whoever runs it made a mistake, and finds no help in where it was noticed; a fault of the build is shown with its place.
  const isMistake = error instanceof Mistake || error.code?.startsWith('ERR_PARSE_ARGS')
  console.error(isMistake ? `freeze: ${error.message}\nTry \`npm run freeze -- --help\`.` : error)
  process.exitCode = isMistake ? 64 : 1
}

function options() {
  const { version } = JSON.parse(readFileSync(join(root, 'lerna.json'), 'utf8'))
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', default: `${process.platform}-${process.arch}` },
      node: { type: 'string', default: '22' },
      release: { type: 'string', default: version },
      config: { type: 'string' },
      out: { type: 'string', default: join(root, 'dist') },
      trust: { type: 'string' },
      tarball: { type: 'boolean', default: false },
      'no-check': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return values
}

async function freeze({ platform, node, release, config, out, trust, tarball, 'no-check': unchecked }) {
  if (!/^[0-9][\w.+-]*$/.test(release))
    throw new Mistake(`--release ${release}: a version begins with a digit`)
  if (tarball && platform.startsWith('win32')) throw new Mistake('--tarball: there is none for Windows')
  if (runtimes[platform]?.[node] === undefined)
    throw new Mistake(`there is no runtime for --platform ${platform} --node ${node}`)
  const trusted = trustedRoot(trust)
  const includes = await freezerIncludes(config)
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
    const parts = [...chunks, ...libraries, ...bytecode, ...includes]
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
  const contents = readGiven('--trust', file)
  if (!isRoot(contents))
    throw new Mistake(
      `--trust ${file}: that is no root of a repository; halite-repo makes metadata/1.root.json`,
    )
  return [{ path: 'trust/root.json', contents, mode: 0o644 }]
}

function isRoot(text) {
  try {
    const { signed } = JSON.parse(text)
    return signed._type === 'root' && signed.roles.timestamp !== undefined
  } catch {
    return false
  }
}

function isTool(name) {
  return /^(salt|halite)(-[a-z]+)?$/.test(name)
}

/** What the runtimes of Linux ask for; no addon may ask for more, but the one of lmdb, which the master alone loads. */
function libcOf(platform) {
  return platform.startsWith('linux') ? { glibc: '2.28', glibcOfMaster: '2.34' } : {}
}
