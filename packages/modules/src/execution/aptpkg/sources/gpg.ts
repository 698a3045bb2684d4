// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext, TextResult } from '@halite/loader'
import { wordsOf } from '../programs.ts'
import { type KeyFacts, keysIn } from './openpgp.ts'

/** The keys in a file, armoured or not: key id → facts; empty for a file without any. Rejects with COMMAND_FAILED. */
export async function keysOfFile(ctx: ExecContext, file: string): Promise<Record<string, KeyFacts>> {
  // A second --with-fingerprint shows the fingerprints of subkeys.
  const show = ['--with-colons', '--with-fingerprint', '--with-fingerprint', '--show-keys']
  const { retcode, stdout } = await inOwnHome(ctx, (home) =>
    runGpg(ctx, home, ['--no-keyring', ...show, file]),
  )
  return retcode === 0 ? keysIn(stdout) : {}
}

/** A key as a key server has it, as packets. Rejects with COMMAND_FAILED, and gpg's words. */
export function keyOfServer(ctx: ExecContext, server: string, keyid: string): Promise<Buffer> {
  return inOwnHome(ctx, async (home) => {
    const received = await runGpg(ctx, home, ['--keyserver', server, '--recv-keys', keyid])
    const file = join(home, 'key')
    const ended = received.retcode === 0 ? await runGpg(ctx, home, ['--output', file, '--export']) : received
    // gpg leaves its network daemon running, one per home directory.
    await ctx.run.text(['gpgconf', '--homedir', home, '--kill', 'all'])
    if (ended.retcode === 0) return ctx.fs.read(file)
    throw new SaltError('COMMAND_FAILED', `key retrieval failed: ${wordsOf(ended)}`)
  })
}

function runGpg(ctx: ExecContext, home: string, words: readonly string[]): Promise<TextResult> {
  if (ctx.which('gpg') === undefined)
    throw new SaltError('COMMAND_FAILED', 'The program gpg is needed for keys of repositories', {
      hint: 'Install the package gpg.',
    })
  return ctx.run.text(['gpg', '--homedir', home, '--no-options', '--batch', '--no-tty', ...words])
}

/** gpg always writes to its home directory; this one is temporary. */
async function inOwnHome<T>(ctx: ExecContext, use: (home: string) => Promise<T>): Promise<T> {
  const home = join(tmpdir(), `halite-gpg-${randomUUID()}`)
  await ctx.fs.makeDirectory(home, { mode: 0o700 })
  try {
    return await use(home)
  } finally {
    await ctx.fs.remove(home, { recursive: true })
  }
}
