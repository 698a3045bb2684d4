// SPDX-License-Identifier: Apache-2.0

import type { FileHandle } from 'node:fs/promises'
import { constants, open } from 'node:fs/promises'

/** What became of a message, in Salt's words. */
export type TtyReport = { readonly Success: string } | { readonly Error: string }

/** Writes a text to a terminal, `tty0` or `pts3`. Rejects never; a terminal that takes nothing does not hold it up. */
export async function writeToTty(device: string, text: string): Promise<TtyReport> {
  const path = pathOf(device)
  if (path === undefined) return { Error: 'The specified device is not a valid TTY' }
  let terminal: FileHandle | undefined
  try {
    terminal = await open(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
    await terminal.write(text)
    return { Success: `Message was successfully echoed to ${path}` }
  } catch {
    return { Error: `Echoing to ${path} returned error` }
  } finally {
    await terminal?.close()
  }
}

function pathOf(device: string): string | undefined {
  if (/^tty[A-Za-z0-9]*$/.test(device)) return `/dev/${device}`
  const [, number] = /^pts\/?(\d+)$/.exec(device) ?? []
  return number === undefined ? undefined : `/dev/pts/${number}`
}
