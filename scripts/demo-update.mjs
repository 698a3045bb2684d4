// SPDX-License-Identifier: Apache-2.0
// `npm run demo:update`: a master and three frozen minions on version A, a signed repository on a web server with B (good), C
// (never reaches a master) and D (crashes at its start). The minions walk A → B, try C and D, and come back to B each time.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Fleet, onSignals } from './fleet.mjs'
import { endMinion, startFrozenMinion } from './update/frozen-minion.mjs'
import { variantOf } from './update/variant.mjs'

const root = join(import.meta.dirname, '..')
const ids = ['web1', 'web2', 'db1']
/** Version → what is wrong with it. */
const releases = {
  '0.1.0': undefined,
  '0.2.0': undefined,
  '0.3.0': 'never-ready',
  '0.4.0': 'crash',
  '0.2.1': undefined,
  '0.2.2': undefined,
}
const [a, b, c, d, patch, next] = Object.keys(releases)
const work = mkdtempSync(join(tmpdir(), 'halite-update-'))
const fleet = new Fleet({ minions: [] })
const minions = []
const server = createServer((request, response) => serve(request, response))

onSignals(stop)
try {
  await play()
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`)
  for (const { id, log } of minions) console.error(`\nsalt-minion of ${id}:\n${log()}`)
  process.exitCode = 1
} finally {
  await stop()
}

async function play() {
  const first = await prepare()
  await updateToGood()
  await tryBad()
  title(`Two more releases; B → ${patch}, one minion after the other`)
  await publish([patch, next], first)
  await show('salt', ['-b', '10%', '*', 'saltutil.update', patch], { all: `Updated from ${b} to ${patch}` })
  await show('salt', ['*', 'test.version'], { all: patch })
  await rollOutBad()
  await rollOutGood()
  title('Done: no minion was lost')
}

/** Releases, a repository, a master and minions. Resolves to the release that they run from. */
async function prepare() {
  title('Releases: good ones, one that never reaches a master, one that crashes at its start')
  const first = await variantOf({ root, work, version: a, fault: undefined })
  title('A signed repository with all of them, on a web server')
  await repo('init', '--root-keys', '1', '--threshold', '1')
  await publish([b, c, d], first)
  const url = await listen()

  title('A master, and three minions that run from release A')
  await fleet.start()
  for (const id of ids) startMinion(id, { url, tree: first.tree })
  await until('the keys wait', keysWait)
  await show('salt-key', ['-y', '-A'])
  await until('all minions are there', async () => (await up()).length === ids.length)
  await show('salt', ['*', 'test.version'], { all: a })
  return first
}

async function updateToGood() {
  title('A → B: the newest release is D, so B is asked for by its version; jobs and states that run go on')
  const job = spawnTool('salt', ['-t', '60', 'web1', 'cmd.run', 'sleep 3; echo the job was not broken'])
  const states = spawnTool('salt', [
    '-t',
    '60',
    'db1',
    'state.single',
    'cmd.run',
    'name=sleep 3; echo the state went on',
  ])
  await delay(700)
  const began = performance.now()
  await show('salt', ['-t', '60', '*', 'saltutil.update', b], { all: `Updated from ${a} to ${b}` })
  console.log(`from the command to all answers: ${Math.round(performance.now() - began)} ms`)
  const { stdout } = await job
  if (!stdout.includes('the job was not broken')) throw new Error(`a job was broken: ${stdout}`)
  const { stdout: ofStates } = await states
  if (!/stdout:\s+the state went on/.test(ofStates))
    throw new Error(`a run of states was broken: ${ofStates}`)
  await show('salt', ['*', 'test.version'], { all: b })
}

async function tryBad() {
  title('B → C, which never reaches the master: B comes back, with the reason')
  await show('salt', ['-t', '90', '*', 'saltutil.update', c], { all: 'did not reach a master', fails: true })
  await show('salt', ['*', 'test.version'], { all: b })

  title('B → D, which crashes at its start: B comes back, with the reason')
  await show('salt', ['-t', '90', '*', 'saltutil.update'], { all: 'exit code 13', fails: true })
  await show('salt', ['*', 'test.version'], { all: b })

  title('What failed here is not tried again by itself')
  await show('salt', ['*', 'saltutil.update'], { all: 'No updates available' })
}

async function rollOutBad() {
  title('A roll-out of C, group by group: it halts after the first minion, and nobody else is touched')
  await rollOut(['update.rollout', c, 'soak=2'], { status: 'halted', updated: 0, failed: 1 })
  await show('salt', ['*', 'test.version'], { all: patch })
}

async function rollOutGood() {
  title(`A roll-out of ${next}: the master stops while the first group has to stay well, and it is resumed`)
  const rolling = fleet.tool('salt-run', ['update.rollout', next, 'soak=60'])
  await until('its first group has to stay well', async () => (await rollout()).status === 'soaking')
  await fleet.restartMaster()
  await rolling
  await until('all minions are there again', async () => (await up()).length === ids.length)
  await rollOut(['update.status'], { status: 'interrupted', updated: 1, failed: 0 })
  await rollOut(['update.resume'], { status: 'done', updated: 3, failed: 0 })
  await show('salt', ['*', 'test.version'], { all: next })
}

function startMinion(id, { url, tree }) {
  const trustedRoot = join(work, 'repo/metadata/1.root.json')
  minions.push(startFrozenMinion({ fleet, home: join(work, id), id, tree, url, trustedRoot }))
}

async function up() {
  const { stdout } = await fleet.tool('salt-run', ['manage.up', '--out', 'json'])
  return ids.filter((id) => stdout.includes(`"${id}"`))
}

async function keysWait() {
  const { stdout } = await fleet.tool('salt-key', ['-l', 'un', '--out', 'json'])
  return ids.every((id) => stdout.includes(`"${id}"`))
}

async function until(what, check) {
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await delay(200))
    if (await check()) return
  throw new Error(`it did not come true that ${what}`)
}

async function show(program, words, { all, fails = false } = {}) {
  console.log(`\n$ ${program} ${words.join(' ')}`)
  const { code, stdout, stderr } = await fleet.tool(program, words)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  if ((code !== 0) !== fails) throw new Error(`${program} ended with exit code ${code}`)
  const found = all === undefined ? ids.length : stdout.split(all).length - 1
  if (found < ids.length) throw new Error(`only ${found} answers hold ${JSON.stringify(all)}`)
}

async function publish(versions, first) {
  for (const version of versions)
    await repo('add', (await variantOf({ root, work, version, fault: releases[version], from: first })).zip)
  await repo('sign')
  await repo('publish')
}

/** Runs a function of `update` and compares where the roll-out stands then. */
async function rollOut(words, expected) {
  console.log(`\n$ salt-run ${words.join(' ')}`)
  const { stdout, stderr } = await fleet.tool('salt-run', words)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  const { status, groups } = await rollout()
  const sum = (name) => groups.reduce((total, group) => total + group[name], 0)
  const found = { status, updated: sum('updated'), failed: sum('failed') }
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`the roll-out stands at ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`)
}

async function rollout() {
  const { stdout } = await fleet.tool('salt-run', ['update.status', '--out', 'json'])
  return JSON.parse(stdout)
}

function spawnTool(program, words) {
  return fleet.tool(program, words)
}

async function repo(command, ...words) {
  console.log(`$ halite-repo ${command} repo ${words.join(' ')}`)
  const args = [join(root, 'bin/halite-repo'), command, join(work, 'repo'), ...words]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`halite-repo ${command} ended with exit code ${code}`)
}

function serve({ url }, response) {
  const file = join(work, 'repo', decodeURI(url))
  if (!/^\/(metadata|targets)\//.test(url) || url.includes('..') || !existsSync(file))
    response.writeHead(404).end()
  else response.end(readFileSync(file))
}

function listen() {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`)),
  )
}

async function stop() {
  await Promise.all(minions.map(endMinion))
  server.closeAllConnections()
  server.close()
  await fleet.stop()
  rmSync(work, { recursive: true, force: true })
}

function title(text) {
  console.log(`\n── ${text}`)
}
