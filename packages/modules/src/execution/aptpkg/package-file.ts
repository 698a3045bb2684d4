// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { checkedPath } from './names.ts'
import { runProgram, showFormat, wordsOf } from './programs.ts'

/** What a file of a package says of itself. */
export interface PackageFile {
  readonly name: string
  readonly version: string
  readonly arch: string
}

/** Reads a `.deb` file. Rejects with COMMAND_FAILED when it is none. */
export async function packageFile(ctx: ExecContext, path: string): Promise<PackageFile> {
  const format = showFormat(['Package', 'Version', 'Architecture'], { between: '\n' })
  const result = await runProgram(ctx, ['dpkg-deb', '--show', format, checkedPath(path)])
  const [name, version, arch] = result.stdout.split('\n')
  if (result.retcode === 0 && name && version && arch) {
    const isForeign = ctx.grains['osarch'] === 'amd64' && arch !== 'all' && arch !== 'amd64'
    return { name: isForeign && ctx.grains['cpuarch'] === 'x86_64' ? `${name}:${arch}` : name, version, arch }
  }
  throw new SaltError('COMMAND_FAILED', `Unable to get info for ${path}: ${wordsOf(result)}`)
}
