// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path'
import { pythonRepr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Account } from './account.ts'
import type { Command } from './command.ts'
import type { Environment } from './environment.ts'
import { splitWords } from './split-words.ts'
import { splitWindowsWords } from './windows-words.ts'

/** A program to start and the words it gets. */
export interface Invocation {
  readonly argv: readonly string[]
  /** Windows: the words carry their own quoting. */
  readonly verbatim: boolean
  /** User and group that the process gate has to set, where no wrapper does. */
  readonly uid?: number
  readonly gid?: number
}

/** Where and as whom the command runs. */
export interface Surroundings extends Pick<ExecContext, 'which' | 'platform'> {
  readonly cwd: string
  readonly env: Environment
  readonly account: Account
  /** The shell of a command that asks for none. */
  readonly shell: string
}

/**
 * What to start for a command: a shell that reads it, or its own words; below that, where asked for, a wrapper that sets
 * the umask and one that changes the user. Each replaces itself, so the pid stays the command's.
 * Rejects with COMMAND_FAILED when the shell or program does not exist, or the umask is invalid.
 */
export function invocationOf(command: Command, around: Surroundings): Invocation {
  const { cmd, throughShell, shell, umask, use_vt } = command
  const program: Invocation =
    throughShell && typeof cmd === 'string'
      ? shellInvocation(cmd, shell || around.shell, around)
      : { argv: found(words(cmd, around.platform), around), verbatim: false }
  const shown = use_vt ? withTerminal(program, around) : program
  return asAccount(withUmask(shown, umask, around), around)
}

/** The words of a command that no shell reads: a list as it stands, text split as a shell would, or as programs of Windows do. */
export function words(cmd: Command['cmd'], platform: NodeJS.Platform): readonly string[] {
  if (typeof cmd !== 'string') return cmd
  return platform === 'win32' ? splitWindowsWords(cmd) : splitWords(cmd)
}

function shellInvocation(line: string, name: string, { which, platform }: Surroundings): Invocation {
  const shell = which(name)
  if (shell === undefined) throw new SaltError('COMMAND_FAILED', `The shell ${name} is not available`)
  const kind = basename(shell)
    .toLowerCase()
    .replace(/\.exe$/, '')
  if (kind === 'powershell' || kind === 'pwsh') return { argv: powershellWords(shell, line), verbatim: false }
  if (platform !== 'win32') return { argv: [shell, '-c', line], verbatim: false }
  return { argv: [shell, '/d', '/s', '/c', `"${line}"`], verbatim: true }
}

function powershellWords(shell: string, line: string): string[] {
  return [shell, '-NonInteractive', '-NoProfile', '-ExecutionPolicy', 'Bypass', '-Command', line]
}

function found(argv: readonly string[], { cwd, env, which }: Surroundings): string[] {
  const [name = '', ...rest] = argv
  const program = which(name, { path: env.PATH, cwd })
  if (program !== undefined) return [program, ...rest]
  throw new SaltError(
    'COMMAND_FAILED',
    `Unable to run command '${pythonRepr(argv)}' with the context '{'cwd': ${pythonRepr(cwd)}, 'shell': False}', ` +
      `reason: [Errno 2] No such file or directory: ${pythonRepr(name)}`,
  )
}

/** `script` opens a terminal, runs the command in it, and ends with its exit code. */
function withTerminal(inner: Invocation, { which, platform }: Surroundings): Invocation {
  const script = platform === 'linux' ? which('script') : undefined
  if (script === undefined) {
    throw new SaltError('COMMAND_FAILED', 'use_vt=True needs the program script of util-linux')
  }
  const line = `exec ${inner.argv.map(quoted).join(' ')}`
  return { ...inner, argv: [script, '--quiet', '--return', '--flush', '--command', line, '/dev/null'] }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function withUmask(inner: Invocation, umask: string | undefined, { platform }: Surroundings): Invocation {
  if (umask === undefined || platform === 'win32') return inner
  const digits = umask.replace(/^0+/, '')
  if (digits === '') throw new SaltError('COMMAND_FAILED', 'Zero umask is not allowed.')
  if (!/^[0-7]{1,4}$/.test(digits)) throw new SaltError('COMMAND_FAILED', `Invalid umask: '${umask}'`)
  return { ...inner, argv: ['/bin/sh', '-c', 'umask "$0" && exec "$@"', digits, ...inner.argv] }
}

/**
 * `setpriv` gives a user all of their groups; without it the process gate sets uid and gid alone. The caller's own user
 * needs neither.
 */
function asAccount(inner: Invocation, { account: { user, gid }, which }: Surroundings): Invocation {
  const ourselves = user === undefined || user.uid === process.getuid?.()
  if (ourselves && (gid === undefined || gid === process.getgid?.())) return inner
  const group = gid === undefined ? {} : { gid }
  if (ourselves) return { ...inner, ...group }
  const setpriv = which('setpriv')
  if (setpriv === undefined) return { ...inner, ...group, uid: user.uid }
  const switching = [setpriv, `--reuid=${user.uid}`, `--regid=${gid ?? user.gid}`, '--init-groups', '--']
  return { ...inner, argv: [...switching, ...inner.argv] }
}
