// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

const machineInfo = '/etc/machine-info'
const prettyName = /^\s*PRETTY_HOSTNAME=(.*)$/m

/** The pretty name; false where there is none. */
export async function describedAs(ctx: ExecContext): Promise<string | false> {
  const program = ctx.which('hostnamectl')
  if (program !== undefined) {
    const { stdout, retcode } = await ctx.run.text([program, 'status', '--pretty'])
    // Without systemd it fails, and the file has the name all the same.
    if (retcode === 0) return unescaped(stdout.trimEnd())
  }
  const found = prettyName.exec((await ctx.fs.readTextIfThere(machineInfo)) ?? '')?.[1]
  return found === undefined ? false : unescaped(found.trim().replace(/^(["'])(.*)\1$/s, '$2'))
}

/** Sets the pretty name; whether that succeeded. */
export async function describeComputer(ctx: ExecContext, description: string): Promise<boolean> {
  if (/[\0\r]/.test(description)) {
    throw new SaltError('ARGUMENTS_INVALID', 'desc holds characters that no name can have')
  }
  const escaped = description.replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  const program = ctx.which('hostnamectl')
  if (program !== undefined) {
    return (await ctx.run([program, 'set-hostname', '--pretty', '--', escaped])).retcode === 0
  }
  const line = `PRETTY_HOSTNAME="${escaped}"`
  const before = (await ctx.fs.readTextIfThere(machineInfo)) ?? ''
  const after = prettyName.test(before)
    ? before.replace(prettyName, () => line)
    : `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`
  await ctx.fs.write(machineInfo, after)
  return true
}

/** The name of the host as the kernel has it. */
export async function hostName(ctx: ExecContext): Promise<string> {
  const kernel = await ctx.fs.readTextIfThere('/proc/sys/kernel/hostname')
  return kernel?.trim() ?? hostname()
}

/** Sets the name of the host for now and for the next start; whether that succeeded. */
export async function renameHost(ctx: ExecContext, name: string): Promise<boolean> {
  if (name.length > 64 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(name)) {
    throw new SaltError('ARGUMENTS_INVALID', `'${name}' is no name of a host`, {
      hint: 'Use letters, digits, hyphens and dots, 64 characters at most.',
    })
  }
  const program = ctx.which('hostnamectl')
  if (program !== undefined) return (await ctx.run([program, 'set-hostname', name])).retcode === 0
  const { retcode } = await ctx.run(['hostname', name])
  if (retcode === 0) await ctx.fs.write('/etc/hostname', `${name}\n`)
  return retcode === 0
}

function unescaped(text: string): string {
  const meanings: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n', '\\t': '\t' }
  return text.replace(/\\[\\"nt]/g, (all) => meanings[all] ?? all)
}
