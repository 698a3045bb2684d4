// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { runProgram } from './programs.ts'

/** `pkg.services_need_restart`: services that use files which were replaced. Rejects with COMMAND_FAILED without `checkrestart`. */
export async function servicesToRestart(ctx: ExecContext): Promise<readonly string[]> {
  const program = ctx.which('checkrestart')
  if (program === undefined) {
    throw new SaltError('COMMAND_FAILED', "'checkrestart' is needed, and is not in the search path", {
      hint: 'Install the package `debian-goodies`.',
    })
  }
  const { stdout } = await runProgram(ctx, [program, '--machine', '--package'])
  const names = [...stdout.matchAll(/^SERVICE:([^,\n]*)/gm)].map(([, name = '']) => name)
  return [...new Set(names)]
}
