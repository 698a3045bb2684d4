// SPDX-License-Identifier: Apache-2.0
import { messageOf, textKeyed } from '@halite/core'
import { isKeywordMap, type MasterCall, type OrchestrationCalls } from '@halite/loader'
import type { Mine, Question } from './mine.ts'

type CallMaster = OrchestrationCalls['callMaster']

/**
 * Functions of the master as templates of pillar call them. Templates of a thousand minions may call the runner `mine.get`,
 * as Salt's documentation suggests: it is answered here, with the rights of the operator, where others need a process each.
 */
export function quickCalls(mine: Mine, callMaster: CallMaster): CallMaster {
  return async (call) => {
    const question = questionIn(call)
    if (question === undefined) return callMaster(call)
    try {
      return { jid: '', return: await mine.get(question, undefined), success: true }
    } catch (error) {
      return { jid: '', return: messageOf(error), success: false }
    }
  }
}

/** Undefined for any other call, and for one whose arguments are not as they should be: the runner says what is wrong. */
function questionIn({ kind, fun, arg }: MasterCall): Question | undefined {
  if (kind !== 'runner' || fun !== 'mine.get') return undefined
  const names = ['tgt', 'fun', 'tgt_type']
  const positional = arg.filter((value) => !isKeywordMap(value)).map((value, index) => [names[index], value])
  const keywords = arg.filter(isKeywordMap).flatMap((map) => Object.entries(textKeyed(map)))
  const { __kwarg__: _, ...values } = Object.fromEntries([...positional, ...keywords])
  const { tgt, fun: wanted, tgt_type = 'glob', ...others } = values
  const areTexts = [tgt, wanted, tgt_type].every((value) => typeof value === 'string')
  return areTexts && Object.keys(others).length === 0 ? { tgt, fun: wanted, tgt_type } : undefined
}
