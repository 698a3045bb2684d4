// SPDX-License-Identifier: Apache-2.0
import { TextDecoder } from 'node:util'
import { SaltError } from '@halite/core'
import type { Command } from './command.ts'

/**
 * The text a command printed: in `output_encoding` or UTF-8, with what cannot be decoded replaced, and without the blanks
 * at its end when `rstrip` is on. Rejects an unknown encoding with COMMAND_FAILED.
 */
export function decode(bytes: Uint8Array, { output_encoding, rstrip }: Command): string {
  const text = decoder(output_encoding ?? 'utf-8').decode(bytes)
  return rstrip ? text.trimEnd() : text
}

function decoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { ignoreBOM: true })
  } catch (error) {
    throw new SaltError('COMMAND_FAILED', `unknown encoding: ${encoding}`, { cause: error })
  }
}

/** What a command ended with, before `success_*` has its say. */
interface Ending {
  readonly retcode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Whether the ending counts as success: a retcode of `success_retcodes`, or a text of `success_stdout` or
 * `success_stderr` somewhere in the output.
 */
export function isSuccess(command: Command, { retcode, stdout, stderr }: Ending): boolean {
  return (
    command.success_retcodes.includes(retcode) ||
    command.success_stdout.some((text) => stdout.includes(text)) ||
    command.success_stderr.some((text) => stderr.includes(text))
  )
}
