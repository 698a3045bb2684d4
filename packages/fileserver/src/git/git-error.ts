// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError } from '@halite/core'

/** What git says when a repository of ours is broken, rather than the way to another one. */
const damage =
  /corrupt|bad object|bad tree|missing (?:blob|tree|object)|unable to (?:read|parse)|packfile|invalid (?:object|index-pack)|loose object|inflate|did not send all necessary objects|not a git repository|object file .* is empty|bad config/i

/** Next steps, by what git said. */
const hints: readonly (readonly [RegExp, string])[] = [
  [/host key verification failed/i, 'Add the key of the host to known_hosts of the user the master runs as.'],
  [/permission denied \(publickey/i, 'Check privkey, and that the host knows its public half.'],
  [
    /could not read (?:username|password)|authentication failed|\b401\b|\b403\b/i,
    'Check user and password of the remote.',
  ],
  [
    /dubious ownership/i,
    'Let the user of the master read it: git config --global --add safe.directory PATH.',
  ],
  [/could not resolve host/i, 'Check the name of the host, and DNS.'],
  [/certificate/i, 'Check ssl_verify: True, False, or the path of a file of authorities.'],
]

/** Whether git complains of what it holds itself. */
export function isDamage(stderr: string): boolean {
  return damage.test(stderr)
}

/** The error of a git command: what git said, short, without anything secret. */
export function gitError(doing: string, stderr: string, secrets: readonly string[] = []): SaltError {
  const said = masked(lastLines(stderr), secrets)
  const hint = hints.find(([pattern]) => pattern.test(stderr))?.[1]
  return new SaltError('GIT_FAILED', `${doing}: ${said === '' ? 'git gave no reason' : said}`, {
    ...(hint === undefined ? {} : { hint }),
    data: { isDamage: isDamage(stderr) },
  })
}

/** What matters of the output of git: not its progress. */
function lastLines(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:remote: )?[A-Z][a-z ]+:\s+\d+%/.test(line))
  return lines.slice(-4).join(' | ').slice(0, 600)
}

function masked(text: string, secrets: readonly string[]): string {
  const shown = secrets.filter((secret) => secret !== '')
  const all = shown.flatMap((secret) => [secret, encodeURIComponent(secret)])
  return all.reduce((result, secret) => result.replaceAll(secret, '**********'), text)
}

/** Whether an error of `gitError` says that what this machine holds is broken. */
export function isDamageError(error: unknown): boolean {
  return isSaltError(error, 'GIT_FAILED') && error.data?.['isDamage'] === true
}
