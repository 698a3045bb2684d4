// SPDX-License-Identifier: Apache-2.0
import { SaltError, systemCodeOf } from '@halite/core'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the quota of the disk is used up',
  EIO: 'its terminal or disk is gone',
  EBADF: 'it is closed',
}

/** The error for results that could not be written to `place`: what ran has run, and is looked up. */
export function unwritten(place: string, cause: unknown): SaltError {
  const reason =
    reasons[systemCodeOf(cause) ?? ''] ?? (cause instanceof Error ? cause.message : String(cause))
  return new SaltError('OUTPUT_FAILED', `results could not be written to ${place}: ${reason}`, {
    cause,
    hint: 'What was asked for has been done. The returns of a job are kept: salt-run jobs.lookup_jid <jid>.',
  })
}
