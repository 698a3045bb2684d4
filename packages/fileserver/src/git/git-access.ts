// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GitSettings, gitLogin, SaltError } from '@halite/core'
import type { GitRemote } from './git-remote.ts'

/** What a command that goes to a remote is given beside its arguments, which anybody on the host can read. */
export interface GitAccess {
  readonly env: Readonly<Record<string, string>>
  /** Settings of git. */
  readonly config: GitSettings
  /** What must be in no message. */
  readonly secrets: readonly string[]
}

/** Answers ssh when it asks for the passphrase of a key, and nothing else. */
const askpass = `#!/bin/sh
case "$1" in
  'Enter passphrase'*) printf '%s\\n' "$HALITE_GIT_PASSPHRASE" ;;
  *) exit 1 ;;
esac
`

/** A connection that moves fewer bytes a second, for as many seconds, is given up. */
const leastSpeed = { bytes: 100, seconds: 30 }

/**
 * How git reaches a remote. `directory` takes a small program when one is needed to answer ssh. Throws `CONFIG_INVALID` when the
 * user and password would go over the network for everybody to read.
 */
export function accessOf(remote: GitRemote, directory: string): GitAccess {
  const { url, proxy, sslVerify, refspecs } = remote
  const login = loginOf(remote)
  const ssh = url.scheme === 'ssh' ? sshOf(remote, directory) : {}
  const config: (readonly [string, string])[] = [
    ['remote.origin.url', url.href],
    ...refspecs.map((refspec) => ['remote.origin.fetch', refspec] as const),
    ['http.lowSpeedLimit', String(leastSpeed.bytes)],
    ['http.lowSpeedTime', String(leastSpeed.seconds)],
    ...(proxy === undefined ? [] : [['http.proxy', proxy.reveal()] as const]),
    ...login.config,
  ]
  const env = { GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh', ...sslOf(sslVerify), ...login.env, ...ssh }
  return { env, config, secrets: secretsOf(remote) }
}

/** As variables, which come before settings: the environment of the master may have some. */
function sslOf(sslVerify: boolean | string): Record<string, string> {
  if (sslVerify === true) return {}
  return sslVerify === false ? { GIT_SSL_NO_VERIFY: 'true' } : { GIT_SSL_CAINFO: sslVerify }
}

/** User and password are handed out for the host of the remote alone, and not where it redirects to. */
function loginOf({ url, auth }: GitRemote): Pick<GitAccess, 'env' | 'config'> {
  const user = auth.user ?? url.user
  const password = auth.password ?? url.password
  const isHttp = url.scheme === 'http' || url.scheme === 'https'
  if (!isHttp || user === undefined) return { env: {}, config: [] }
  return gitLogin(url.href, { user, password: password?.reveal() ?? '' })
}

function sshOf({ auth }: GitRemote, directory: string): Record<string, string> {
  const { GIT_SSH_COMMAND: given, GIT_SSH: program } = process.env
  const base = given ?? (program === undefined ? 'ssh' : quoted(program))
  const { privkey, passphrase } = auth
  const key = privkey === undefined ? '' : ` -o IdentitiesOnly=yes -i ${quoted(privkey)}`
  if (passphrase === undefined) {
    // Nobody is there to be asked. A program of one's own may not know the option.
    const isOwn = given !== undefined || program !== undefined
    return { GIT_SSH_COMMAND: `${base}${isOwn ? '' : ' -o BatchMode=yes'}${key}` }
  }
  return {
    GIT_SSH_COMMAND: `${base}${key}`,
    SSH_ASKPASS: askpassProgram(directory),
    SSH_ASKPASS_REQUIRE: 'force',
    DISPLAY: process.env['DISPLAY'] ?? ':0',
    HALITE_GIT_PASSPHRASE: passphrase.reveal(),
  }
}

function askpassProgram(directory: string): string {
  const path = join(directory, 'askpass')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(path, askpass, { mode: 0o700 })
  return path
}

/** One word for a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

function secretsOf({ url, auth, proxy }: GitRemote): readonly string[] {
  const proxyPassword = proxy === undefined ? undefined : /:\/\/[^@/]*:([^@/]*)@/.exec(proxy.reveal())?.[1]
  return [url.password?.reveal(), auth.password?.reveal(), auth.passphrase?.reveal(), proxyPassword].filter(
    (secret) => secret !== undefined,
  )
}

/** Throws `CONFIG_INVALID` when a password would be sent over a connection that everybody can read. */
export function checkAuth({ id, url, auth }: GitRemote, insecureAuth: boolean): void {
  const hasPassword = auth.password !== undefined || url.password !== undefined
  if (url.scheme !== 'http' || !hasPassword || insecureAuth) return
  throw new SaltError('CONFIG_INVALID', `${id}: a password is not sent over http`, {
    hint: 'Use https, or set insecure_auth: True for this remote.',
  })
}
