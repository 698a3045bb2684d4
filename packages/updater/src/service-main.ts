// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { win32 } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultConfigDir, dumpYaml, findProgram, isSaltError, messageOf, run, SaltError } from '@halite/core'
import { type Host, planInstallation, planRemoval, type ServicePlan } from './windows-service/plan.ts'

const usage = `install-service: have Windows keep the minion of this release running

  install-service [MASTER]     install it, and start it; run it again after the directory was moved
                               (an earlier one is stopped and replaced)
  install-service --remove     stop it, and take it away

  MASTER            address of the master: goes into minion.d\\install.conf
  --id ID           id of the minion, into the same file
  --host nssm|task  by NSSM (nssm.exe or ssm.exe beside this file, or in the search path) or by the task scheduler;
                    default NSSM where it is there
  --print           say what would be done, and do nothing
`

/** Commands of programs that answer at once; `net start` and `net stop` wait for the minion. */
const commandMs = 120_000

interface Order {
  readonly root: string
  readonly host: Host
  readonly nssm: string
  readonly isRemoval: boolean
  readonly isPrinted: boolean
  readonly config: Readonly<Record<string, string>>
}

/** `install-service`. Resolves to the exit code. */
async function main(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      host: { type: 'string' },
      id: { type: 'string' },
      root: { type: 'string' },
      remove: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help || positionals.length > 1) {
    process.stdout.write(usage)
    return values.help ? 0 : 64
  }
  if (process.platform !== 'win32' && !values.print)
    throw new SaltError('ARGUMENTS_INVALID', 'install-service is for Windows', {
      hint: 'On other systems install.sh of the tarball makes services.',
    })
  // Releases lie in versions\NAME\bin\node.exe below their start files.
  const root = values.root ?? win32.resolve(process.execPath, '..', '..', '..', '..')
  const nssm = nssmIn(root)
  const host = hostOf(values.host, nssm)
  await perform({
    ...{ root, host, nssm: nssm ?? 'nssm.exe', isRemoval: values.remove, isPrinted: values.print },
    config: configOf(positionals[0], values.id),
  })
  return 0
}

function configOf(master: string | undefined, id: string | undefined): Record<string, string> {
  if (master !== undefined && !/^[\w.:-]+$/.test(master))
    throw new SaltError('ARGUMENTS_INVALID', `${master} is not the address of a master`)
  return { ...(master === undefined ? {} : { master }), ...(id === undefined ? {} : { id }) }
}

function nssmIn(root: string): string | undefined {
  const names = ['nssm.exe', 'ssm.exe']
  return names.flatMap((name) => findProgram(win32.join(root, name)) ?? findProgram(name) ?? [])[0]
}

function hostOf(wanted: string | undefined, nssm: string | undefined): Host {
  if (wanted === undefined) return nssm === undefined ? 'task' : 'nssm'
  if (wanted === 'nssm' || wanted === 'task') return wanted
  throw new SaltError('ARGUMENTS_INVALID', `--host ${wanted}: there are nssm and task`)
}

async function perform({ root, host, nssm, isRemoval, isPrinted, config }: Order): Promise<void> {
  const windows = process.env['SystemRoot'] ?? 'C:\\Windows'
  const places = {
    startFile: win32.join(root, 'salt-minion.cmd'),
    shell: win32.join(windows, 'System32', 'cmd.exe'),
    nssm,
    taskFile: win32.join(root, 'salt-minion.task.xml'),
  }
  const plan = isRemoval ? planRemoval(host, places) : planInstallation(host, places)
  if (isPrinted) return print(plan)
  if (!isRemoval && Object.keys(config).length > 0) writeConfig(config)
  await carryOut(plan)
  const done = isRemoval ? 'is stopped, and starts no more' : 'runs, and starts with the machine'
  say(`The minion ${done} (${host === 'nssm' ? 'service' : 'task'} salt-minion).`)
}

function print({ files, commands }: ServicePlan): void {
  for (const [path, content] of Object.entries(files))
    say(`write ${path}\n${Buffer.from(content).toString('utf16le').slice(1)}`)
  for (const { argv } of commands) say(JSON.stringify(argv))
}

function writeConfig(config: Readonly<Record<string, string>>): void {
  const directory = win32.join(defaultConfigDir(), 'minion.d')
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  const path = win32.join(directory, 'install.conf')
  writeFileSync(path, dumpYaml(config))
  say(`wrote ${path}`)
}

async function carryOut({ files, commands }: ServicePlan): Promise<void> {
  for (const [path, content] of Object.entries(files)) writeFileSync(path, content)
  try {
    for (const { argv, mayFail = false } of commands) {
      // A service that it starts must not hold a pipe of ours open.
      const { retcode } = await run(argv, { timeoutMs: commandMs, noOutput: true })
      if (retcode === 0 || mayFail) continue
      throw new SaltError('COMMAND_FAILED', `${argv.join(' ')} ended with ${retcode}`, {
        hint: 'Run install-service as an administrator.',
      })
    }
  } finally {
    for (const path of Object.keys(files)) rmSync(path, { force: true })
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const hint = isSaltError(error) && error.hint !== undefined ? `\n${error.hint}` : ''
    process.stderr.write(`install-service: ${messageOf(error)}${hint}\n`)
    process.exitCode = isSaltError(error) ? error.exitCode : 64
  },
)
