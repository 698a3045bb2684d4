// SPDX-License-Identifier: Apache-2.0
import { atEachLevel, type LogFunction, type Logger, silentLog } from '@halite/core'
import type { FromExecutor } from './messages.ts'

/** The log of an executor: each record is sent to the daemon, which writes it. `bound` is added to the fields of every record. */
export function executorLog(
  bound: Readonly<Record<string, unknown>>,
  send: (message: FromExecutor) => void,
): Logger {
  const write =
    (level: LogFunction): Logger['info'] =>
    (message, fields = {}) =>
      send({ type: 'log', level, message, fields: plain({ ...bound, ...fields }) })
  return {
    ...atEachLevel(write),
    trace: silentLog.trace,
    child: (fields) => executorLog({ ...bound, ...fields }, send),
  }
}

/** Fields as the channel to the daemon can carry them. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null ? String(value) : value,
    ]),
  )
}
