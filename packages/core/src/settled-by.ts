// SPDX-License-Identifier: Apache-2.0

export interface Limit {
  readonly ms: number
  /** Ends the wait early. */
  readonly hurry?: AbortSignal
}

/** Waits for work, but no longer than `ms`, nor beyond the moment `hurry` aborts. Rejects never: it only waits. */
export function settledBy(work: Promise<unknown>, { ms, hurry }: Limit): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      hurry?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    hurry?.addEventListener('abort', end, { once: true })
    if (hurry?.aborted) end()
    work.then(end, end)
  })
}
