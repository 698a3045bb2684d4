// SPDX-License-Identifier: Apache-2.0
import { type DecodeText, textDecoder } from '@halite/core'
import type { ExecContext } from '@halite/loader'

const codePages = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage'

/**
 * What makes text of the output of a command: the encoding that was asked for, else UTF-8. On Windows, where most programs write in the
 * code page of consoles, what is no UTF-8 is read in that. Rejects for an encoding that does not exist.
 */
export async function outputDecoder(
  { platform, windowsRegistry }: Pick<ExecContext, 'platform' | 'windowsRegistry'>,
  asked: string | undefined,
): Promise<DecodeText> {
  const decode = await textDecoder(asked)
  if (platform !== 'win32' || asked !== undefined) return decode
  const page = (await windowsRegistry.values(codePages).catch(() => undefined))?.get('OEMCP')?.data
  const decodePage = await textDecoder(`cp${page}`).catch(() => decode)
  return (bytes) => (isUtf8(bytes) ? decode(bytes) : decodePage(bytes))
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
