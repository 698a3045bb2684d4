// SPDX-License-Identifier: Apache-2.0
// `npm run demo`: a master and three minions on this machine, in a directory of their own, and real commands typed at them.
// `npm run demo -- --keep` leaves them running and says what to type. A step that fails makes the demo fail.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const root = join(import.meta.dirname, '..')
const keep = process.argv.includes('--keep')
const color = process.stdout.isTTY === true && !process.env.NO_COLOR
const minions = ['web1', 'web2', 'db1']
const directory = mkdtempSync(join(tmpdir(), 'halite-'))
const daemons = []

process.once('SIGINT', () => void stop().then(() => process.exit(130)))
try {
  await play()
} catch (error) {
  console.error(paint('31', `\nThe demo failed: ${error.message}`))
  printLogs()
  process.exitCode = 1
} finally {
  if (!keep || process.exitCode === 1) await stop()
}

async function play() {
  const [publishPort, retPort] = await freePorts(2)
  title('A master and three minions, on loopback, each with a directory of its own')
  writeConfig('master', 'master', { publish_port: publishPort, ret_port: retPort, interface: '127.0.0.1' })
  for (const id of minions) writeConfig(id, 'minion', { id, master: '127.0.0.1', master_port: retPort })
  start('salt-master', 'master')
  for (const id of minions) start('salt-minion', id)
  await until('three keys wait for acceptance', async () => {
    const { stdout } = await tool('salt-key', ['-c', configOf('master'), '-l', 'un', '--out', 'json'])
    return minions.every((id) => stdout.includes(`"${id}"`))
  })

  title('Their keys wait for somebody to look at them')
  await show('salt-key', ['-L'])
  await show('salt-key', ['-F'])
  title('Accept them')
  await show('salt-key', ['-y', '-A'])
  await until('three minions are connected', async () => {
    const { stdout } = await tool('salt-run', ['-c', configOf('master'), 'manage.up', '--out', 'json'])
    return minions.every((id) => stdout.includes(`"${id}"`))
  })

  title('Commands')
  await show('salt', ['*', 'test.ping'], {
    check: says(...minions.map((id) => `${id}:\n    True`)),
  })
  await show('salt', ['-G', 'kernel:Linux', 'cmd.run', 'uname -r'], {
    check: says(...(process.platform === 'linux' ? minions : [])),
  })
  await show('salt', ['-C', 'web* and not E@web2', 'test.echo', 'only the first of the webs'], {
    check: says('web1', 'only the first'),
  })
  await show('salt', ['*', 'grains.item', 'os', 'osrelease', 'num_cpus'], { check: says(...minions) })
  await show('salt', ['-L', 'web1,db1', 'test.ping', '--out', 'json', '--static'], {
    check: says('"db1": true', '"web1": true'),
  })
  await show('salt-call', ['--local', 'test.ping'], { check: says('True'), config: configOf('web1') })
  await show('salt-run', ['jobs.list_jobs', 'search_function=test.ping'], {
    check: says('Function:', 'test.ping'),
  })
  if (keep) printInvitation()
  else title('Done: everything is stopped and removed')
}

function writeConfig(name, file, options) {
  const settings = { root_dir: join(directory, name), log_level: 'warning', ...options }
  mkdirSync(configOf(name), { recursive: true })
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}\n`)
  writeFileSync(join(configOf(name), file), lines.join(''))
}

function configOf(name) {
  return join(directory, name, 'etc')
}

function start(program, name) {
  const child = spawn(join(root, 'bin', program), ['-c', configOf(name)], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  const daemon = { program, name, child, stopping: false }
  child.once('exit', (code) => {
    daemon.exited = true
    if (!daemon.stopping) console.error(`${program} of ${name} ended with code ${code}`)
  })
  if (keep) child.unref()
  daemons.push(daemon)
}

/** Runs a tool and resolves to what it printed and its exit code. */
function tool(program, args) {
  const child = spawn(join(root, 'bin', program), args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Runs a tool, prints the command and its answer, and throws unless it ended well and said what it should. */
async function show(program, args, { check = () => undefined, config = configOf('master') } = {}) {
  console.log(paint('1', `\n$ ${[program, ...args.map(quoted)].join(' ')}`))
  const all = color ? ['--force-color', ...args] : args
  const began = performance.now()
  const { code, stdout, stderr } = await tool(program, ['-c', config, ...all])
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  console.log(paint('2', `(${Math.round(performance.now() - began)} ms)`))
  if (code !== 0) throw new Error(`${program} ended with exit code ${code}`)
  check(stdout)
}

/** A check that the answer holds each of the texts. */
function says(...texts) {
  return (stdout) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what it removes
    const plain = stdout.replace(/\u001b\[[0-9;]*m/g, '')
    const absent = texts.find((text) => !plain.includes(text))
    if (absent !== undefined) throw new Error(`the answer does not hold ${JSON.stringify(absent)}`)
  }
}

async function until(what, isTrue) {
  for (let triedMs = 0; triedMs < 20_000; triedMs += 100) {
    if (await isTrue()) return
    const ended = daemons.find((daemon) => daemon.exited)
    if (ended) throw new Error(`${ended.program} of ${ended.name} ended`)
    await delay(100)
  }
  throw new Error(`it did not come true that ${what}`)
}

async function stop() {
  for (const daemon of daemons) {
    daemon.stopping = true
    daemon.child.kill('SIGTERM')
  }
  await Promise.all(daemons.map(ended))
  rmSync(directory, { recursive: true, force: true })
}

async function ended(daemon) {
  if (daemon.exited) return
  const exit = new Promise((resolve) => daemon.child.once('exit', resolve))
  const hard = setTimeout(() => daemon.child.kill('SIGKILL'), 5000)
  await exit
  clearTimeout(hard)
}

function printLogs() {
  for (const { program, name } of daemons) {
    const log = join(directory, name, 'var/log/salt', program.slice('salt-'.length))
    try {
      const text = readFileSync(log, 'utf8')
      if (text !== '') console.error(`\n${program} of ${name}:\n${text}`)
    } catch {
      // It ended before it had a log.
    }
  }
}

function printInvitation() {
  const command = (program, words) => `  ${join(root, 'bin', program)} -c ${configOf('master')} ${words}`
  title('They stay up. Try:')
  console.log(
    [
      command('salt', "'*' test.ping"),
      command('salt', "'web*' cmd.run 'df -h /'"),
      command('salt', '-G os:Debian grains.items'),
      command('salt-key', '-L'),
      command('salt-run', 'manage.status'),
      '',
      'Stop them with:',
      `  kill ${daemons.map(({ child }) => child.pid).join(' ')}; rm -r ${directory}`,
    ].join('\n'),
  )
  process.exit(0)
}

/** Ports that are free now. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer()
      return new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(0, '127.0.0.1', () => resolve(server))
      })
    }),
  )
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

function quoted(word) {
  return /^[\w.,:=@/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function title(text) {
  console.log(paint('36', `\n── ${text}`))
}

function paint(code, text) {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text
}
