// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecContext } from '@halite/loader'

/** How long a transfer takes before it is worth a word, and how often another one follows. */
const pauseMs = 1000

/**
 * Waits for a transfer, and reports how far it is when it takes longer than a moment: `{ url, done, total }` in bytes, as progress
 * of the job.
 */
export async function withProgress<T>(
  { files, progress }: Pick<ExecContext, 'files' | 'progress'>,
  url: string,
  transfer: Promise<T>,
): Promise<T> {
  const ended = new AbortController()
  const report = async () => {
    for (;;) {
      await delay(pauseMs, undefined, { signal: ended.signal, ref: false })
      const path = url.replace(/\?.*$/, '')
      const running = (await files.transfers()).find((each) => each.url.startsWith(path))
      if (running !== undefined) await progress({ ...running })
    }
  }
  // It ends when it is aborted; a report that cannot be sent is no reason to end the transfer.
  report().catch(() => undefined)
  try {
    return await transfer
  } finally {
    ended.abort()
  }
}
