// SPDX-License-Identifier: Apache-2.0
import { type GitLogin, gitLogin, gitSettings, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { uidOf } from '../file/accounts.ts'
import { expandUser } from '../file/paths.ts'
import { runWords, type WordsResult } from '../parts/run-words.ts'
import { redacted } from './login.ts'

/** For whom and how git is run, by the arguments that all functions have. */
export interface GitAround {
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly ignore_retcode?: boolean | undefined
  readonly output_encoding?: string | undefined
  /** Private keys of ssh, tried one after the other. */
  readonly identity?: unknown
  readonly saltenv?: string | undefined
}

/** One command of git. */
export interface GitCall extends GitAround {
  readonly cwd?: string | undefined
  /** User and password for the host of a URL. */
  readonly login?: { readonly url: string; readonly as: GitLogin } | undefined
  readonly redirect?: boolean
  /** Whether an exit code other than 0 is an error; default true. */
  readonly failhard?: boolean
}

/** Runs git. Rejects with Salt's words when it fails; neither the arguments nor a message hold a password. */
export async function runGit(
  ctx: ExecContext,
  words: readonly string[],
  call: GitCall,
): Promise<WordsResult> {
  if (ctx.which('git') === undefined) throw new SaltError('COMMAND_FAILED', 'git is not in the search path')
  const identities = call.identity === undefined || call.identity === null ? [] : listed(call.identity)
  if (identities.length > 0) return byIdentities(ctx, words, { call, identities })
  const result = await once(ctx, words, { call, env: {} })
  if (result.retcode === 0 || call.failhard === false) return result
  const said = call.redirect ? result.stdout : result.stderr
  const command = redacted(['git', ...words].join(' '))
  throw new SaltError(
    'COMMAND_FAILED',
    `Command '${command}' failed${said === '' ? '' : `: ${hidden(said, call)}`}`,
    { data: { retcode: result.retcode } },
  )
}

interface Attempt {
  readonly call: GitCall
  readonly env: Readonly<Record<string, string>>
}

async function once(
  ctx: ExecContext,
  words: readonly string[],
  { call, env }: Attempt,
): Promise<WordsResult> {
  const login = call.login === undefined ? undefined : gitLogin(call.login.url, call.login.as)
  ctx.log.info(`Executing command 'git' in directory '${call.cwd ?? ''}'`)
  const result = await runWords(ctx, ['git', ...words], {
    cwd: call.cwd,
    runas: call.user,
    password: call.password,
    redirect_stderr: call.redirect,
    ignore_retcode: call.ignore_retcode,
    output_loglevel: 'quiet',
    output_encoding: call.output_encoding,
    env: {
      GIT_TERMINAL_PROMPT: '0',
      ...(login && { ...login.env, ...gitSettings(login.config) }),
      ...env,
    },
  })
  logResult(ctx, result, call)
  return result
}

/** As `cmd.run_all` logs it, but for what is secret: git may print URLs as it was given them, and what a server says. */
function logResult(ctx: ExecContext, { retcode, stdout, stderr }: WordsResult, call: GitCall): void {
  const level = retcode === 0 || call.ignore_retcode ? 'debug' : 'error'
  if (level === 'error') ctx.log.error(`Command 'git' failed with return code: ${retcode}`)
  for (const [name, text] of Object.entries({ stdout, stderr }))
    if (text !== '') ctx.log[level](`${name}: ${hidden(text, call)}`)
  if (retcode !== 0) ctx.log[level](`retcode: ${retcode}`)
}

interface Identities {
  readonly call: GitCall
  readonly identities: readonly string[]
}

async function byIdentities(
  ctx: ExecContext,
  words: readonly string[],
  { call, identities }: Identities,
): Promise<WordsResult> {
  const missing: string[] = []
  const errors: string[] = []
  let last: WordsResult | undefined
  for (const identity of identities) {
    const found = await identityFile(ctx, identity, call)
    if (found === undefined) {
      missing.push(identity)
      continue
    }
    try {
      last = await once(ctx, words, { call, env: { GIT_SSH_COMMAND: sshCommand(found.path) } })
    } finally {
      if (found.isCopy) await ctx.fs.remove(found.path)
    }
    if (last.retcode === 0) return last
    errors.push(hidden(call.redirect ? last.stdout : last.stderr, call))
  }
  if (call.failhard === false && last !== undefined) return last
  const absent =
    missing.length === 0 ? '' : `The following identity file(s) were not found: ${missing.join(', ')}`
  throw new SaltError(
    'COMMAND_FAILED',
    `Unable to authenticate using identity file:\n\n${[errors.join('\n'), absent].filter((text) => text !== '').join('\n\n')}`,
  )
}

/** Nobody is there to be asked; a host that is not known yet is learnt, one whose key has changed is refused. */
function sshCommand(path: string): string {
  return `ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes -i '${path.replaceAll("'", "'\\''")}'`
}

/** A key of the file server is copied for the user who runs git, and for nobody else. */
async function identityFile(
  ctx: ExecContext,
  identity: string,
  { user, saltenv = 'base' }: GitCall,
): Promise<{ readonly path: string; readonly isCopy: boolean } | undefined> {
  if (!identity.startsWith('salt://')) {
    const path = await expandUser(ctx, identity)
    return (await ctx.fs.isFile(path)) ? { path, isCopy: false } : undefined
  }
  const cached = await ctx.files.cacheFile(identity, { saltenv })
  if (cached === undefined) return undefined
  const path = `/tmp/.${crypto.randomUUID()}`
  const takeBack = ctx.leftovers.note({ kind: 'file', path })
  await ctx.fs.replace(path, cached, { mode: 0o600 })
  const uid = user === undefined ? undefined : await uidOf(ctx, user)
  if (uid !== undefined) await ctx.fs.setOwner(path, uid, (await ctx.fs.stat(path))?.gid ?? 0)
  takeBack()
  return { path, isCopy: true }
}

function listed(identity: unknown): readonly string[] {
  return (Array.isArray(identity) ? identity : [identity]).map(pythonStr)
}

function hidden(text: string, { login }: GitCall): string {
  const secret = login?.as.password ?? ''
  const shown = redacted(text)
  return secret === '' ? shown : shown.replaceAll(secret, '**********')
}
