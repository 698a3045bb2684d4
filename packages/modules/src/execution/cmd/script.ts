// SPDX-License-Identifier: Apache-2.0
import { extname, isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, pythonStr, SaltError } from '@halite/core'
import type { ExecContext, Values } from '@halite/loader'
import { lookUpAccount } from './account.ts'
import { words } from './argv.ts'
import { commandOf } from './call.ts'
import { withCodeFile } from './code-file.ts'
import type { Outcome } from './command.ts'
import { defaultShell } from './default-shell.ts'
import { renderedScript } from './rendered.ts'
import { runCommand } from './run-command.ts'
import type { scriptArguments } from './script-arguments.ts'

type ScriptValues = Omit<Values<typeof scriptArguments>, 'bg'> & { readonly bg?: boolean }

const defaults = {
  clean_env: false,
  rstrip: true,
  redirect_stderr: false,
  bg: false,
} as const

/**
 * Runs a private copy of a script, which is removed afterwards. Rejects as `runCommand`, and with `ARGUMENTS_INVALID` or
 * `COMMAND_FAILED` for a source that cannot be fetched.
 */
export async function runScript(ctx: ExecContext, name: string, values: ScriptValues): Promise<Outcome> {
  const { source, args, template, ...others } = values
  if (others.bg) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `${name}: bg is refused, as the script is removed when this returns`,
    )
  }
  const path = await localPath(ctx, source, others.saltenv)
  const content = await renderedScript(ctx, await readScript(ctx, path), { ...values, name: source })
  const { user } = await lookUpAccount(ctx, values.runas, undefined)
  const code = { code: content, owner: user, suffix: extname(path), executable: true }
  return withCodeFile(ctx, code, async (file) => {
    const cmd = [
      ...interpreterOf(ctx, content, { shell: others.shell, path }),
      file,
      ...wordsOf(args, ctx.platform),
    ]
    return runCommand(ctx, await commandOf(ctx, name, { ...defaults, ...others, cmd }))
  })
}

/** What runs a script that does not say so itself: a `#!` line and a binary do. On Windows its ending says it. */
function interpreterOf(
  ctx: ExecContext,
  content: Buffer,
  { shell, path }: { readonly shell: string | undefined; readonly path: string },
): readonly string[] {
  if (ctx.platform === 'win32') {
    return /\.ps1$/i.test(path) ? [shell || 'powershell', '-ExecutionPolicy', 'Bypass', '-File'] : []
  }
  const saysItself =
    content.subarray(0, 2).toString('latin1') === '#!' || content.subarray(0, 512).includes(0)
  return saysItself ? [] : [shell || defaultShell(ctx)]
}

function wordsOf(args: unknown, platform: NodeJS.Platform): readonly string[] {
  if (args === undefined || args === null || args === '') return []
  if (typeof args === 'string') return words(args, platform)
  return Array.isArray(args) ? args.map(pythonStr) : [pythonStr(args)]
}

/** Where a script lies on this machine: a copy of what a URL names. */
async function localPath(
  { files }: ExecContext,
  source: string,
  saltenv: string | undefined,
): Promise<string> {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(source) ?? []
  if (scheme === 'file') return fileURLToPath(source)
  if (scheme === undefined && isAbsolute(source)) return source
  if (scheme === undefined) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `the script '${source}' cannot be fetched: it is not an absolute path`,
      {
        hint: 'Give a URL such as salt://scripts/a.sh, or an absolute path.',
      },
    )
  }
  const copy = await files.cacheFile(source, { saltenv })
  if (copy !== undefined) return copy
  throw new SaltError('COMMAND_FAILED', `the script '${source}' does not exist on the file server`)
}

async function readScript({ fs }: ExecContext, path: string): Promise<Buffer> {
  try {
    const type = (await fs.stat(path))?.type
    // What is not there is for `read` to say.
    if (type === undefined || type === 'file') return await fs.read(path)
  } catch (cause) {
    throw new SaltError('COMMAND_FAILED', `the script ${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
  throw new SaltError('COMMAND_FAILED', `the script ${path} is not a plain file`)
}
