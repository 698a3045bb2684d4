// SPDX-License-Identifier: Apache-2.0
import { findProgram, messageOf } from '@halite/core'
import { defineGrain } from '@halite/loader'

export default defineGrain({
  name: 'windows-domain',
  doc: 'The domain or workgroup that a machine with Windows belongs to. Nothing but Windows itself knows, so PowerShell asks it.',
  provides: ['windowsdomain', 'windowsdomaintype'],
  slow: true,
  needs: { platform: 'win32' },
  collect: async ({ run, signal, log }) => {
    const powershell = findProgram('powershell')
    if (powershell === undefined) return unknown
    const encoded = Buffer.from(script, 'utf16le').toString('base64')
    const words = [powershell, '-NonInteractive', '-NoProfile', '-EncodedCommand', encoded]
    try {
      const { stdout } = await run(words, { signal, timeoutMs: 30_000 })
      return joinGrains(stdout.toString('utf8'))
    } catch (error) {
      log.debug('PowerShell cannot be run', { error: messageOf(error) })
      return unknown
    }
  },
})

/** Prints the status and the name that `NetGetJoinInformation` gives. */
const script = `
$signature = '[DllImport("netapi32.dll", CharSet = CharSet.Unicode)] public static extern int NetGetJoinInformation(string server, out IntPtr name, out int status);'
$netapi = Add-Type -MemberDefinition $signature -Name NetApi -Namespace Halite -PassThru
$name = [IntPtr]::Zero
$status = 0
[void]$netapi::NetGetJoinInformation($null, [ref]$name, [ref]$status)
[Console]::OutputEncoding = [Text.Encoding]::UTF8
"$status $([Runtime.InteropServices.Marshal]::PtrToStringUni($name))"
`

const types = ['Unknown', 'Unjoined', 'Workgroup', 'Domain']
const unknown = { windowsdomain: '', windowsdomaintype: 'Unknown' }

/** The grains from `3 EXAMPLE`; what Windows does not say is unknown. */
export function joinGrains(text: string): { windowsdomain: string; windowsdomaintype: string } {
  const [, status, name = ''] = /^\uFEFF?([0-3]) ?(.*)$/.exec(text.trim()) ?? []
  return status === undefined
    ? unknown
    : { windowsdomain: name, windowsdomaintype: types[Number(status)] ?? 'Unknown' }
}
