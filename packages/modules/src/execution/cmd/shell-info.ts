// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** What `cmd.shell_info` returns. */
export interface ShellInfo {
  /** Whether it is there; None when that is unknown. */
  readonly installed: boolean | null
  readonly path?: string
  /** Two or three numbers with dots between. */
  readonly version?: string
  readonly version_raw?: string
  readonly error?: string
  readonly stdout?: string
  /** Of PowerShell, when asked for. */
  readonly modules?: readonly string[]
}

/** What each shell or language is asked, and where the answer holds its version. */
const shells: Readonly<Record<string, { readonly argv: readonly string[]; readonly pattern: RegExp }>> = {
  bash: { argv: ['bash', '--version'], pattern: /version (\d\S*)/i },
  zsh: { argv: ['zsh', '--version'], pattern: /^zsh (\d\S*)/i },
  tcsh: { argv: ['tcsh', '--version'], pattern: /^tcsh (\d\S*)/i },
  cmd: { argv: ['cmd.exe', '/C', 'ver'], pattern: /Version ([\d.]+)/i },
  powershell: { argv: powershellArgv('powershell'), pattern: /^(\d\S*)/ },
  pwsh: { argv: powershellArgv('pwsh'), pattern: /^(\d\S*)/ },
  perl: { argv: ['perl', '-e', 'printf "%vd\n", $^V;'], pattern: /^(\d\S*)/i },
  python: { argv: ['python', '-V'], pattern: /^Python (\d\S*)/i },
  ruby: { argv: ['ruby', '-v'], pattern: /^ruby (\d\S*)/i },
  php: { argv: ['php', '-v'], pattern: /^PHP (\d\S*)/i },
}

const timeoutMs = 10_000

/** Asks a shell or script language for its version. Never rejects: what goes wrong is in `error`. */
export async function shellInfo(ctx: ExecContext, name: string, listModules: boolean): Promise<ShellInfo> {
  const shell = Object.hasOwn(shells, name) ? shells[name] : undefined
  if (shell === undefined) {
    return { installed: null, error: `Salt does not know how to get the version number for ${name}` }
  }
  const { argv, pattern } = shell
  const asked = argv.join(' ')
  try {
    const { stdout, timedOut } = await ctx.run(argv, { timeoutMs, mergeStderr: true })
    if (timedOut) return { installed: false, error: `Unable to run command '${asked}' Reason: Timed out.` }
    const path = ctx.which(argv[0] ?? '')
    const info = infoOf(name, { text: stdout.toString(), pattern, path })
    if (!listModules || !info.installed || !/^(?:powershell|pwsh)$/.test(name)) return info
    return { ...info, modules: await modulesOf(ctx, argv[0] ?? '') }
  } catch (error) {
    return { installed: false, error: `Unable to run command '${asked}' Reason: ${messageOf(error)}` }
  }
}

interface Answer {
  readonly text: string
  readonly pattern: RegExp
  readonly path: string | undefined
}

function infoOf(name: string, { text, pattern, path }: Answer): ShellInfo {
  const place = path === undefined ? {} : { path }
  const raw = pattern.exec(text)?.[1]
  const digits = raw === undefined ? undefined : /^\d[\d.]*/.exec(raw)?.[0]
  if (raw === undefined || digits === undefined) {
    const error = `The version regex pattern for shell ${name}, could not find the version string`
    return { installed: null, ...place, error, stdout: text }
  }
  const parts = digits.split('.').filter((part) => part !== '')
  const version = (parts.length === 1 ? [...parts, '0'] : parts).slice(0, 3).join('.')
  return { installed: true, ...place, version, version_raw: raw }
}

function powershellArgv(program: string): readonly string[] {
  return [program, '-NonInteractive', '-NoProfile', '-Command', '$PSVersionTable.PSVersion.ToString()']
}

async function modulesOf(ctx: ExecContext, program: string): Promise<readonly string[]> {
  const list = '(Get-Module -ListAvailable).Name'
  const { stdout } = await ctx.run([program, '-NonInteractive', '-NoProfile', '-Command', list], {
    timeoutMs: 60_000,
  })
  return [
    ...new Set(
      stdout
        .toString()
        .split(/\r?\n/)
        .filter((line) => line !== ''),
    ),
  ].sort()
}
