// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { delimiter } from 'node:path'
import { messageOf, pythonStr } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { User } from './account.ts'
import type { Command } from './command.ts'

/** Environment variables; undefined removes one. */
export type Environment = Record<string, string | undefined>

/**
 * The environment of a command: ours (unless `clean_env`), the login environment of `user`, a C locale (unless
 * `reset_system_locale` is off), then `env`, then `prepend_path`; the later wins.
 */
export async function environmentOf(
  ctx: ExecContext,
  command: Command,
  user: User | undefined,
): Promise<Environment> {
  const given = givenVariables(ctx, command.env)
  const env: Environment = {
    ...(command.clean_env ? {} : inherited(given, ctx.platform)),
    ...(command.reset_system_locale && ctx.platform !== 'win32' ? cLocale : {}),
    ...(user === undefined ? {} : await loginEnvironment(ctx, user, command.shell)),
    ...given,
  }
  // the supervisor's socket is the daemon's alone: a child that writes to it would speak for us
  if (given['NOTIFY_SOCKET'] === undefined) delete env.NOTIFY_SOCKET
  if (command.prepend_path) prependPath(env, command.prepend_path, ctx.platform)
  return env
}

/** Our own variables. Windows does not tell cases apart, and a name that is given in another one must not be there twice. */
function inherited(given: Readonly<Record<string, string>>, platform: NodeJS.Platform): Environment {
  if (platform !== 'win32') return process.env
  const names = new Set(Object.keys(given).map((name) => name.toUpperCase()))
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name.toUpperCase())))
}

/** Windows writes the variable's name as it likes, and a second one beside it would win or lose by chance. */
function prependPath(env: Environment, directory: string, platform: NodeJS.Platform): void {
  const windows = platform === 'win32'
  const name = Object.keys(env).find((key) => key === 'PATH' || (windows && /^path$/i.test(key))) ?? 'PATH'
  env[name] = [directory, env[name] ?? ''].join(delimiter)
}

/** All categories but LC_ALL, so that a caller's own LC_ALL still decides. */
const cLocale: Environment = Object.fromEntries(
  [
    ...['CTYPE', 'NUMERIC', 'TIME', 'COLLATE', 'MONETARY', 'MESSAGES', 'PAPER', 'NAME', 'ADDRESS'],
    ...['TELEPHONE', 'MEASUREMENT', 'IDENTIFICATION'],
  ].map((category): [string, string] => [`LC_${category}`, 'C']),
)
cLocale.LANGUAGE = 'C'

function givenVariables(ctx: ExecContext, env: Command['env'] = {}): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]): [string, string] => {
    if (value !== null && value !== undefined) return [name, pythonStr(value)]
    ctx.log.error(`Environment variable '${name}' passed without a value. Setting value to an empty string`)
    return [name, '']
  })
  return Object.fromEntries(entries)
}

/**
 * What a login shell of `user` exports, between two markers, because profiles print as well. Only root may ask; for
 * others, and when the login fails, there are just HOME, USER and LOGNAME.
 */
async function loginEnvironment(
  ctx: ExecContext,
  user: User,
  shell: string | undefined,
): Promise<Environment> {
  const known: Environment = { HOME: user.home, USER: user.name, LOGNAME: user.name }
  if (process.getuid?.() !== 0) return known
  const marker = `<<<${randomUUID()}>>>`
  const script = `printf %s '${marker}'; env -0; printf %s '${marker}'`
  const login = ['su', '-s', shell ?? '/bin/sh', '-', user.name, '-c', script]
  try {
    const { stdout, retcode } = await ctx.run(login, { signal: ctx.signal, timeoutMs: 10_000 })
    const [, printed] = stdout.toString().split(marker)
    if (printed !== undefined) return { ...parseVariables(printed), ...known }
    ctx.log.error('The environment of the user cannot be read', { user: user.name, retcode })
  } catch (error) {
    ctx.log.error('The environment of the user cannot be read', { user: user.name, error: messageOf(error) })
  }
  return known
}

/** `NAME=value` pairs that NUL bytes end, without those that only describe the shell that printed them. */
function parseVariables(text: string): Environment {
  const pairs = text.split('\0').filter((pair) => pair.indexOf('=') > 0)
  const env: Environment = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  const { _, SHLVL, PWD, OLDPWD, ...rest } = env
  return rest
}
