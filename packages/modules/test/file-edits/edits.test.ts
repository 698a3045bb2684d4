// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { messageOf, parseYaml } from '@halite/core'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { EditMachine } from './machine.ts'

/** What Salt made of one file. */
interface EditCase {
  /** A function of `file`, or `state.` and a state of it. */
  readonly fun: string
  readonly args: Readonly<Record<string, unknown>>
  readonly test?: boolean
  readonly before: string
  readonly return?: unknown
  /** Instead of `return`: the message. */
  readonly error?: string
  readonly after: string
  /** What lies beside the file then. */
  readonly copies?: Readonly<Record<string, string>>
}

const cases = parseYaml(
  readFileSync(new URL('edits.yaml', import.meta.url), 'utf8'),
  'edits.yaml',
) as readonly EditCase[]

const machine = new EditMachine()
beforeEach(() => machine.clear())
afterAll(() => machine[Symbol.dispose]())

describe('edits of files, as Salt makes them', () => {
  const named = cases.map((one, index) => [`${index} ${one.fun} ${JSON.stringify(one.args)}`, one] as const)
  test.each(named)('%s', async (_name, one) => {
    machine.write(one.before)
    if (one.fun.startsWith('state.')) {
      const row = await machine.state(one.fun.slice('state.'.length), one.args, { test: one.test ?? false })
      expect(row).toEqual(one.return)
    } else {
      const outcome = await machine.call(one.fun, one.args)
      if (one.error === undefined) expect(machine.shown(outcome.return)).toEqual(one.return)
      else expect(messageOf(outcome.error)).toBe(one.error)
    }
    const files = Object.fromEntries(machine.names().map((name) => [name, machine.read(name)]))
    expect(files).toEqual({ f: one.after, ...one.copies })
  })
})
