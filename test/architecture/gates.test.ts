// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { importsOf, packageIn } from './imports.ts'
import { filesUnder, type Node, packageSources, parse, place, type Source, walk } from './sources.ts'

/** A library, or a part of Node, that few files may touch: each with the reason it is the one. */
const libraries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  zeromq: { 'packages/transport/src/zeromq/': 'the bus; everything above sees frames' },
  'js-yaml': { 'packages/core/src/yaml/dump.ts': 'what is written for people is laid out in one place' },
  'iconv-lite': {
    'packages/core/src/encoding-library.ts': "Python's names of encodings are known in one place",
  },
  tweetnacl: { 'packages/core/src/ed25519.ts': 'keys are made and read in one place' },
  lmdb: { 'packages/master/src/jobs/job-store.ts': 'the job store can be exchanged' },
  'native-reg': { 'packages/loader/src/windows-registry.ts': 'the registry of Windows is read in one place' },
  pino: { 'packages/core/src/log-pino.ts': 'the rest logs through the Logger interface' },
  yargs: { 'packages/cli/src/': 'words on a command line' },
  picocolors: { 'packages/cli/src/': 'whether to colour is decided where the terminal is' },
  re2js: { 'packages/targeting/src/': "users' expressions run in linear time" },
  'p-queue': { 'packages/minion/src/jobs/job-queue.ts': 'process_count_max' },
  'node:child_process': {
    'packages/core/src/process': 'every child leads a process group that can be ended whole',
  },
  'node:worker_threads': {
    'packages/core/src/free-bytes.ts': 'a closed port is how Node 20 frees memory at once',
    'packages/master/src/': 'what is heavy stays off the loop that publishes',
    'packages/transport/src/channel/': 'large frames are opened where nothing waits for it',
    'packages/fileserver/src/roots/': 'directories are read and files hashed where nothing waits for it',
    'packages/fileserver/src/client/': 'what is fetched is hashed beside the loop that receives it',
  },
  'node:crypto': {
    'packages/protocol/src/': 'what is sealed and signed on the wire',
    'packages/core/src/ed25519.ts': 'PEM to keys',
    'packages/core/src/fingerprint.ts': 'SHA-256 of a public key',
    'packages/core/src/mersenne-twister.ts': 'Python takes the SHA-512 of a text as its seed',
    'packages/loader/src/site/snapshot.ts': 'a copy of site modules is named by what is in it',
    'packages/testing/src/simulated-minion.ts': 'thousands of identities in seconds: tweetnacl takes minutes',
    'packages/rendering/src/jinja/filters/salt/hashes.ts': 'filters that hash text',
    'packages/rendering/src/jinja/engine.ts': 'a compiled template is found by the hash of its text',
    'packages/loader/src/file-digest.ts': 'hashes of files, however large, for modules',
    'packages/fileserver/src/hash-file.ts': 'what files are compared by',
    'packages/master/src/pillar/fact-reads.ts': 'what a pillar was made from is compared by its hash',
    'packages/updater/src/digest.ts': 'the bytes of a release are those that its manifest names',
    'packages/updater/src/repository/keys.ts': 'publishers sign what a repository says',
    'packages/modules/src/': 'hashes of texts and files, for those who ask for them',
  },
}

/** What anybody may take of a guarded library. */
const free: Readonly<Record<string, RegExp>> = { 'node:crypto': /^random/ }

/** Engines of templates: the rendering package has its own, and no other place may bring one. */
const templateEngines = [
  'nunjucks',
  'ejs',
  'handlebars',
  'eta',
  'liquidjs',
  'mustache',
  'jinja-js',
  'swig-templates',
]

const sources = packageSources()

describe.each(Object.entries(libraries))('%s', (library, places) => {
  test(`is imported only by ${Object.keys(places).join(', ')}`, () => {
    const allowed = Object.keys(places)
    const offences = sources
      .filter((source) => !allowed.some((path) => source.path.startsWith(path)))
      .flatMap((source) => importsOf(source))
      .filter(({ specifier, kind }) => libraryIn(specifier) === library && kind !== 'type')
      .filter(({ names }) => names.length === 0 || !names.every((name) => free[library]?.test(name)))
    expectNone(
      `${library} has its own place`,
      offences.map(({ at }) => at),
    )
  })
})

test('no package but rendering holds a template engine', () => {
  const offences = sources
    .filter((source) => !source.path.startsWith('packages/rendering/'))
    .flatMap((source) => importsOf(source))
    .filter(({ specifier }) => templateEngines.includes(packageIn(specifier) ?? ''))
  expectNone(
    'Templates belong to rendering',
    offences.map(({ at }) => at),
  )
})

/** Files outside cli that may print or exit, each with its reason. */
const mayPrintOrExit: Readonly<Record<string, string>> = {
  'packages/core/src/log-pino.ts': 'log lines go to standard error unless its owner hands in a stream',
  'packages/updater/src/main.ts': 'what start files ask of the version before the one on trial',
  'packages/updater/src/repo-main.ts': 'the tool of publishers, which needs nothing of the bus',
  'packages/updater/src/service-main.ts':
    'the tool of administrators of Windows, which needs nothing of the bus',
  'packages/executor/src/main.ts': 'the entry of a child process that exists to run one job and end',
}

test('only cli prints or exits', () => {
  const offences = sources
    .filter((source) => !source.path.startsWith('packages/cli/') && mayPrintOrExit[source.path] === undefined)
    .flatMap(printsAndExits)
  expectNone('Return a value or throw; cli decides what is printed and how a tool exits', offences)
})

function printsAndExits(source: Source): string[] {
  const found: string[] = []
  walk(source.program, (node) => {
    const what = powerOf(node)
    if (what !== undefined) found.push(`${place(source, node.start)}: ${what}`)
  })
  return found
}

const processPowers = new Set(['exit', 'abort', 'reallyExit', 'stdout', 'stderr', 'exitCode', 'chdir'])

function powerOf(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined
  const object = node.object.type === 'MemberExpression' ? node.object.property.name : node.object.name
  if (object === 'console') return 'console'
  return object === 'process' && processPowers.has(node.property.name)
    ? `process.${node.property.name}`
    : undefined
}

test('no exception outlives its file', () => {
  const gone = Object.keys(mayPrintOrExit).filter((path) =>
    filesUnder('packages', /\.ts$/).every((file) => file !== path),
  )
  expectNone('These files are gone', gone)
})

test('the gates see what they look for', () => {
  const probe = { ...parse('test/architecture/gates.test.ts'), path: 'probe.ts' }
  expect(importsOf(probe).map(({ specifier }) => specifier)).toContain('vitest')
})

function libraryIn(specifier: string): string | undefined {
  return specifier.startsWith('node:') ? specifier.split('/')[0] : packageIn(specifier)
}
