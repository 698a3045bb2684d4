// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { extractTar } from '../../execution/archive/tar-extract.ts'
import { extractZip } from '../../execution/archive/zip-extract.ts'
import { splitWords } from '../../execution/cmd/split-words.ts'
import type { Wanted } from './wanted.ts'

/** The names that were extracted, or what the program that failed said. */
export type Unpacked =
  | { readonly files: readonly string[] }
  | { readonly failed: Readonly<Record<string, unknown>> & Record<string, unknown> }

/** Extracts an archive, whose members were checked when they were listed: here, or by a program where there are options for it. */
export async function unpack(ctx: StateContext, wanted: Wanted): Promise<Unpacked> {
  const { args, format, cached, name, options } = wanted
  if (format === 'rar')
    return { files: await lines(ctx.call('archive.unrar', { rarfile: cached, dest: name })) }
  if (format === 'zip' && wanted.useUnzip) {
    const given = {
      ...(options !== undefined && { options }),
      ...(args.password !== undefined && { password: args.password }),
    }
    const call = { zip_file: cached, dest: name, ...given }
    return { files: await lines(ctx.call('archive.cmd_unzip', call)) }
  }
  if (format === 'zip')
    return {
      files: await extractZip(ctx, cached, {
        directory: name,
        excludes: [],
        password: args.password,
        extractPerms: args.extract_perms,
      }),
    }
  if (options === undefined) return { files: await extractTar(ctx, cached, name) }
  return byTar(ctx, wanted, options)
}

async function byTar(ctx: StateContext, { cached, name }: Wanted, options: string): Promise<Unpacked> {
  if (ctx.which('tar') === undefined)
    throw new SaltError('COMMAND_FAILED', 'tar command not available, it might not be installed on minion')
  const words = splitWords(options).filter((word) => !['v', '-v', '--verbose'].includes(word))
  const [first = '', ...rest] = words
  const isShort = !first.startsWith('-')
  const short = `xv${isShort ? first.replaceAll('x', '').replaceAll('f', '') : ''}`
  const dash = String(ctx.grains['os']).toLowerCase() === 'openbsd' ? '-' : ''
  const argv = ['tar', `${dash}${short}`, ...(isShort ? rest : words), '-f', cached]
  const result = await ctx.run.text(argv, { cwd: name })
  if (result.retcode !== 0) {
    const { pid, retcode, stdout, stderr } = result
    return { failed: { pid, retcode, stdout, stderr } }
  }
  const isBsd = (await ctx.run.text(['tar', '--version'])).stdout.includes('bsdtar')
  const printed = (isBsd ? result.stderr : result.stdout).split('\n').filter((line) => line !== '')
  return { files: printed.length === 0 ? ['no tar output so far'] : printed }
}

async function lines(call: Promise<unknown>): Promise<readonly string[]> {
  return (await call) as readonly string[]
}
