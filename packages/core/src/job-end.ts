// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError } from './errors.ts'

/** The signals that ask a program to end, and the one that ends it. */
export type EndingSignal = 'SIGTERM' | 'SIGKILL'

/** The reason with which a job is aborted: `text` says why it ends, `signal` is what its programs receive. */
export function jobEnd(text: string, signal: EndingSignal): SaltError {
  return new SaltError('JOB_ABORTED', text, { data: { signal } })
}

/** What programs receive when a job is aborted for this reason; SIGKILL unless the reason says otherwise. */
export function endingSignalOf(reason: unknown): EndingSignal {
  return isSaltError(reason, 'JOB_ABORTED') && reason.data?.['signal'] === 'SIGTERM' ? 'SIGTERM' : 'SIGKILL'
}
