// SPDX-License-Identifier: Apache-2.0
import { batchSize, checkExpandedSize, parseJid, SaltError } from '@halite/core'
import type { BatchOptions, Fun, PublishOptions, Tgt } from './command-options.ts'
import { keywordArguments } from './keyword-arguments.ts'

/** A call as it is written: whom, what, with what. */
export interface Call {
  readonly tgt: Tgt
  readonly fun: Fun
  readonly arg: readonly unknown[]
}

/** The load of a `publish` request. Throws `USAGE` for returners, `JID_INVALID` for an invalid jid. */
export function publishLoad({ tgt, fun, arg }: Call, options: PublishOptions): Record<string, unknown> {
  const { kwarg = {}, tgtType = 'glob', delimiter, timeout, ret = '', jid, metadata, startEvent } = options
  if (ret !== '') {
    throw new SaltError('USAGE', `returns cannot go to '${ret}': there are no returners yet`, {
      hint: 'They are kept by the master: see salt-run jobs.lookup_jid.',
    })
  }
  checkExpandedSize([arg, kwarg, metadata], 'the arguments of the job')
  return {
    fun,
    arg: [...arg, ...keywordArguments(kwarg)],
    tgt,
    tgt_type: tgtType,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(jid === undefined || jid === '' ? {} : { jid: parseJid(jid) }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(startEvent ? { start_event: true } : {}),
  }
}

/** What a `publish` request for a batch has besides; empty for one without. Throws `USAGE` for an invalid size. */
export function batchLoad({ batch, batchWait = 0, failhard = false }: Partial<BatchOptions>): object {
  return batch === undefined ? {} : { batch: { ...batchSize(batch), wait: batchWait, failhard } }
}
