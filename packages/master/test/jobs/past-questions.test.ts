// SPDX-License-Identifier: Apache-2.0
import { parseJid, parseMinionId } from '@halite/core'
import { expect, test } from 'vitest'
import { PastQuestions } from '../../src/jobs/past-questions.ts'

const jidOf = (index: number) => parseJid(String(20260102030405000000n + BigInt(index)))
const ids = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => parseMinionId(`${prefix}${index}`))

test('who was asked, and nobody else, until questions of 100,000 minions came after', () => {
  const asked = new PastQuestions()
  asked.add(jidOf(0), ids('web', 60_000))
  asked.add(jidOf(0), ids('web', 60_000))
  expect(asked.has(jidOf(0), parseMinionId('web59999'))).toBe(true)
  expect(asked.has(jidOf(0), parseMinionId('db0'))).toBe(false)
  expect(asked.has(jidOf(1), parseMinionId('web0'))).toBe(false)
  asked.add(jidOf(1), ids('db', 40_000))
  expect(asked.has(jidOf(0), parseMinionId('web0'))).toBe(true)
  asked.add(jidOf(2), ids('mail', 1))
  expect(asked.has(jidOf(0), parseMinionId('web0'))).toBe(false)
  expect(asked.has(jidOf(1), parseMinionId('db0'))).toBe(true)
})
