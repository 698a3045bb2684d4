// SPDX-License-Identifier: Apache-2.0
// `npm run demo`: a master and three minions on this machine, in a directory of their own, and real commands typed at them.
// `npm run demo -- --keep` leaves them running and says what to type. A step that fails makes the demo fail.
import { join } from 'node:path'
import { Fleet, onSignals } from './fleet.mjs'

const root = join(import.meta.dirname, '..')
const keep = process.argv.includes('--keep')
const color = process.stdout.isTTY === true && !process.env.NO_COLOR
const minions = ['web1', 'web2', 'db1']
const fleet = new Fleet({ minions })

onSignals(() => fleet.stop())
try {
  await play()
} catch (error) {
  console.error(paint('31', `\nThe demo failed: ${error.message}`))
  printLogs()
  process.exitCode = 1
} finally {
  if (!keep || process.exitCode === 1) await fleet.stop()
}

async function play() {
  title('A master and three minions, on loopback, each with a directory of its own')
  await fleet.start()

  title('Their keys wait for somebody to look at them')
  await show('salt-key', ['-L'])
  await show('salt-key', ['-F'])
  title('Accept them')
  await show('salt-key', ['-y', '-A'])
  await fleet.connected()

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
  await show('salt-call', ['--local', 'test.ping'], { check: says('True'), config: fleet.configOf('web1') })
  await show('salt-run', ['jobs.list_jobs', 'search_function=test.ping'], {
    check: says('Function:', 'test.ping'),
  })
  if (keep) printInvitation()
  else title('Done: everything is stopped and removed')
}

/** Runs a tool, prints the command and its answer, and throws unless it ended well and said what it should. */
async function show(program, args, { check = () => undefined, config } = {}) {
  console.log(paint('1', `\n$ ${[program, ...args.map(quoted)].join(' ')}`))
  const all = color ? ['--force-color', ...args] : args
  const began = performance.now()
  const { code, stdout, stderr } = await fleet.tool(program, all, { config })
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

function printLogs() {
  for (const log of fleet.logs()) console.error(`\n${log}`)
}

function printInvitation() {
  const command = (program, words) =>
    `  ${join(root, 'bin', program)} -c ${fleet.configOf('master')} ${words}`
  fleet.release()
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
      `  kill ${fleet.pids.join(' ')}; rm -r ${fleet.directory}`,
    ].join('\n'),
  )
  process.exit(0)
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
