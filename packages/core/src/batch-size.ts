// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'

/** How many minions at a time: a count, or a share of those that are connected. */
export type BatchSize = { readonly count: number } | { readonly percent: number }

const percentForm = /^(?:%(?<before>\d+(?:\.\d+)?)|(?<behind>\d+(?:\.\d+)?)%)$/

/** Reads a size as Salt writes it: `3`, `'3'`, `'10%'` or `'%10'`. Throws `USAGE`, also for one that would run nothing. */
export function batchSize(batch: number | string): BatchSize {
  const text = String(batch).trim()
  const share = percentForm.exec(text)?.groups
  const percent = Number(share?.['before'] ?? share?.['behind'])
  if (percent > 0 && percent <= 1_000_000) return { percent }
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return { count: Number(text) }
  throw new SaltError('USAGE', `Invalid batch data sent: ${text}`, {
    hint: 'Data must be in the form of %10, 10% or 3',
  })
}
