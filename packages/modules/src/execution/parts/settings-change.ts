// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/** Keys that programs read again when they are told that settings have changed. */
const environmentKeys: ReadonlySet<string> = new Set([
  'hkcu\\environment',
  'hklm\\system\\currentcontrolset\\control\\session manager\\environment',
])

/** Prints 1 when every window took the message `WM_SETTINGCHANGE` or was skipped, within five seconds each. */
const script = `
$signature = '[DllImport("user32.dll", SetLastError = true, CharSet = CharSet.Unicode)] public static extern IntPtr SendMessageTimeout(IntPtr window, uint message, UIntPtr word, string text, uint flags, uint timeout, out UIntPtr result);'
$user32 = Add-Type -MemberDefinition $signature -Name User32 -Namespace Halite -PassThru
$result = [UIntPtr]::Zero
[int]($user32::SendMessageTimeout([IntPtr]0xffff, 0x1a, [UIntPtr]::Zero, 'Environment', 2, 5000, [ref]$result) -ne [IntPtr]::Zero)
`

/**
 * Tells running programs to read the environment again. With a `path`, such as `HKCU\\Environment`, only when it is one of the
 * keys that this is about. Resolves to whether Windows took the message; what cannot be told is no error.
 */
export async function broadcastSettings(
  { run, which }: Pick<ExecContext, 'run' | 'which'>,
  path?: string,
): Promise<boolean> {
  if (path !== undefined && !environmentKeys.has(path.toLowerCase())) return false
  const powershell = which('powershell') ?? which('pwsh')
  if (powershell === undefined) return false
  const encoded = Buffer.from(script, 'utf16le').toString('base64')
  const { stdout } = await run([powershell, '-NonInteractive', '-NoProfile', '-EncodedCommand', encoded], {
    timeoutMs: 30_000,
  })
  return stdout.toString('utf8').trim() === '1'
}
