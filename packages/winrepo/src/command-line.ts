// SPDX-License-Identifier: Apache-2.0
import { isTruthy, SaltError, valueAt } from '@halite/core'
import { isOn, textOf, type VersionData } from './definition.ts'

/**
 * A program with its arguments as one text: Windows hands a program its command line whole, and the flags of a definition
 * are a part of it as they stand. No shell reads it.
 */
export interface CommandLine {
  readonly program: string
  readonly arguments: string
}

/** The environment variables of a process; Windows does not tell upper case from lower case in their names. */
export type Variables = Readonly<Record<string, string | undefined>>

/** What flags are completed with. */
export interface FlagOptions {
  /** Flags behind those of the definition. */
  readonly extraFlags?: string
  /** What `%NAME%` in flags stands for. */
  readonly variables?: Variables
}

/** Runs the installer at `path`, which is on this machine. Throws `PATH_UNSAFE` when Windows could not have such a path. */
export function installCommand(settings: VersionData, path: string, options: FlagOptions = {}): CommandLine {
  const flags = flagsOf(textOf(settings, 'install_flags'), options)
  const msiexec = msiexecOf(settings)
  if (msiexec === undefined) return programCommand(path, flags)
  const everybody = isOn(settings, 'allusers', true) ? 'ALLUSERS=1' : ''
  return { program: msiexec, arguments: joined(['/I', quotedPath(path), everybody, ...flags]) }
}

/** Runs the uninstaller: a program at `path`, or for msiexec an installer or the code of a product, `{…}`. */
export function removeCommand(settings: VersionData, path: string, options: FlagOptions = {}): CommandLine {
  const flags = flagsOf(textOf(settings, 'uninstall_flags'), options)
  const msiexec = msiexecOf(settings)
  if (msiexec === undefined) return programCommand(path, flags)
  return { program: msiexec, arguments: joined(['/X', quotedPath(path), ...flags]) }
}

/** Only `%NAME%` is a variable here: `$` has other meanings to installers. */
function flagsOf(flags: string, { extraFlags = '', variables = {} }: FlagOptions): string[] {
  return [flags, extraFlags].map((text) => replaceVariables(text, /%([^%]+)%/g, variables))
}

/** Windows starts no batch file by itself: its command interpreter does, with every quote inside one more pair. */
function programCommand(path: string, flags: readonly string[]): CommandLine {
  const quoted = quotedPath(path)
  if (!/\.(?:bat|cmd)$/i.test(path)) return { program: windowsPath(path), arguments: joined(flags) }
  return { program: 'cmd.exe', arguments: `/d /s /c "${joined([quoted, ...flags])}"` }
}

/** `msiexec: True`, or where it is. */
function msiexecOf(settings: VersionData): string | undefined {
  const value = valueAt(settings, 'msiexec')
  if (!isTruthy(value)) return undefined
  return typeof value === 'string' ? windowsPath(value) : 'msiexec.exe'
}

/** With the separators of Windows. */
export function windowsPath(path: string): string {
  return path.replaceAll('/', '\\')
}

function quotedPath(path: string): string {
  if (!/["\0\r\n]/.test(path)) return `"${windowsPath(path)}"`
  throw new SaltError('PATH_UNSAFE', `path ${JSON.stringify(path)} cannot be a path on Windows`, {
    hint: 'remove the quotation mark or line break from the definition of the package',
  })
}

function joined(words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ')
}

/** One argument so that a program of Windows reads it back as it is: the rules of `CommandLineToArgvW`. */
export function quoteArgument(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument
  const escaped = argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')
  return `"${escaped}"`
}

/** `%NAME%`, `$NAME` and `${NAME}` replaced by the values of `variables`; names that are not there stay as they are. */
export function expandVariables(text: string, variables: Variables): string {
  return replaceVariables(text, /%([^%]+)%|\$\{([^}]+)\}|\$(\w+)/g, variables)
}

function replaceVariables(text: string, pattern: RegExp, variables: Variables): string {
  if (!/[%$]/.test(text)) return text
  const values = new Map(Object.entries(variables).map(([name, value]) => [name.toUpperCase(), value]))
  return text.replace(
    pattern,
    (whole: string, ...names: (string | undefined)[]) =>
      values.get((names.slice(0, -2).find((name) => name !== undefined) ?? '').toUpperCase()) ?? whole,
  )
}
