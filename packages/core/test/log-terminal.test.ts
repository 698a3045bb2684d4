// SPDX-License-Identifier: Apache-2.0
import { type Logger, logLevels, SaltError, Secret, terminalLog } from '@halite/core'
import { createLogger } from '@halite/core/log'
import { describe, expect, it } from 'vitest'

const cause = new SaltError('CONFIG_INVALID', 'bad line', { cause: new Error('no space left') })
const circle: Record<string, unknown> = { name: 'ring' }
circle['self'] = circle

const fields: Readonly<Record<string, unknown>>[] = [
  {},
  { id: 'web1', tries: 2, reason: 'two words', list: ['a', 1], none: null, gone: undefined },
  { error: cause, err: new Error('plain'), bytes: new Uint8Array(3), big: 2n ** 70n },
  {
    password: 'x',
    secret: new Secret('y'),
    deep: { api_token: 'z', set: new Set([1]), map: new Map([['a', 1]]) },
  },
  { level: 'forged', time: 'forged', pid: 0, msg: 'forged', part: 'left out' },
  { when: new Date(0), not: Number.NaN, text: 'x\n[INFO    ] forged\u009b2J', circle },
]

/** What both loggers write when the same is done with each. */
function linesOfBoth(level: (typeof logLevels)[number], use: (log: Logger) => void): [string[], string[]] {
  const [ours, theirs]: [string[], string[]] = [[], []]
  use(terminalLog({ level, stream: { write: (line) => ours.push(line) } }))
  use(createLogger({ level, stream: { write: (line) => theirs.push(line) } }))
  return [ours, theirs]
}

describe('the log of a tool', () => {
  it.each(fields)('writes the lines that the log of a process writes: %#', (some) => {
    const [ours, theirs] = linesOfBoth('all', (log) => {
      log.warning('a message', some)
      log.child({ part: 'cli', jid: '2026', id: 'parent' }).child(some).error('from below\u001b[2J', some)
    })
    expect(ours).toHaveLength(2)
    expect(ours).toEqual(theirs)
  })

  it.each(logLevels)('shows what its level lets through: %s', (level) => {
    const [ours, theirs] = linesOfBoth(level, (log) => {
      for (const name of ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const)
        log[name]('seen')
    })
    expect(ours).toEqual(theirs)
  })

  it('looks at no field of a line it does not write', () => {
    const log = terminalLog({ level: 'warning', stream: process.stderr })
    const trap = {
      get value(): never {
        throw new Error('looked at')
      },
    }
    expect(() => log.debug('dropped', trap)).not.toThrow()
  })
})
