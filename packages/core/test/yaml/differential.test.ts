// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  entriesOf,
  isFloat,
  isInteger,
  isMap,
  isSaltError,
  parseYaml,
  pythonRepr,
  run,
  Tuple,
} from '@halite/core'
import { Dice } from '@halite/testing'
import { describe, expect, it } from 'vitest'
import { generateDocument } from './document-generator.ts'

/** A Python with Salt 3007 installed, such as `python -m venv x && x/bin/pip install salt==3007.10 …` makes. */
const python = process.env['SALT_PYTHON']
const hasSalt = python !== undefined && existsSync(python)
const documentsPerSeed = 2000

/** A value, or what is wrong with a document and where: Salt has no place for what is no mistake of YAML. */
interface Outcome {
  readonly out?: unknown
  readonly problem?: string
  readonly line?: number
  readonly column?: number
}

describe('generated documents are read as by Salt itself', () => {
  it.each([1, 2, 3])('seed %d', { timeout: 120_000 }, async (seed, ...rest) => {
    const ctx = rest.at(-1) as unknown as { skip(condition: boolean, reason: string): void } | undefined
    if (!hasSalt) return ctx?.skip?.(true, 'SALT_PYTHON names no Python with Salt')
    const dice = new Dice(seed)
    const documents = Array.from({ length: documentsPerSeed }, () => generateDocument(dice))
    const wanted = await saltOutcomes(documents)
    const different = documents
      .map((document, index) => ({ document, salt: wanted[index] ?? {}, ours: ourOutcome(document) }))
      .filter(({ salt, ours }) => !isSame(salt, ours))
    expect(different).toEqual([])
  })
})

async function saltOutcomes(documents: readonly string[]): Promise<Outcome[]> {
  const { stdout, stderr, retcode } = await run([python ?? '', join(import.meta.dirname, 'oracle.py')], {
    stdin: JSON.stringify(documents),
    timeoutMs: 100_000,
  })
  if (retcode !== 0) throw new Error(Buffer.from(stderr).toString())
  return JSON.parse(Buffer.from(stdout).toString()) as Outcome[]
}

function ourOutcome(document: string): Outcome {
  try {
    return { out: encoded(parseYaml(document, 'test')) }
  } catch (error) {
    if (!isSaltError(error, 'YAML_INVALID')) throw error
    return error.data as Outcome
  }
}

/** A value in the notation of the oracle. */
function encoded(value: unknown): unknown {
  if (isInteger(value)) return { $int: String(value) }
  if (isFloat(value)) return { $float: pythonRepr(value) }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') }
  if (value instanceof Tuple) return { $tuple: Array.from(value, encoded) }
  if (Array.isArray(value)) return value.map(encoded)
  if (value instanceof Set) return { $set: Array.from(value, pythonRepr).sort() }
  if (isMap(value)) return { $map: entriesOf(value).map(([key, part]) => [encoded(key), encoded(part)]) }
  return value
}

/** Of a bracket or quote that nothing closes we name the place where it opens, Salt the end of the text. */
function isSame(salt: Outcome, ours: Outcome): boolean {
  if (salt.problem === undefined || ours.problem === undefined)
    return JSON.stringify(salt) === JSON.stringify(ours)
  const isSamePlace = salt.line === ours.line && salt.column === ours.column
  const isPlaced = salt.line === undefined || isSamePlace || ours.problem.endsWith('is not closed')
  // Salt shows nodes and codecs as Python prints them.
  const words = salt.problem.replace(
    /^(found unacceptable key|failed to convert .* ascii|unacceptable character).*/s,
    '$1',
  )
  return isPlaced && ours.problem.startsWith(words)
}
