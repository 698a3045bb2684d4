// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isSaltError, run } from '@halite/core'
import { Dice } from '@halite/testing'
import { describe, expect, it } from 'vitest'
import { render } from './rendering.ts'
import { generateTemplate, generatorContext } from './template-generator.ts'

/** A Python with Salt 3007 installed, such as `python -m venv x && x/bin/pip install salt==3007.10 …` makes. */
const python = process.env['SALT_PYTHON']
const seeds = [1, 2, 3]
const templatesPerSeed = 400

interface Outcome {
  readonly out?: string
  readonly error?: string
}

describe('generated templates render as with Salt itself', () => {
  it.each(seeds)('seed %d', { timeout: 120_000 }, async (seed, ...rest) => {
    const ctx = rest.at(-1) as unknown as { skip(condition: boolean, reason: string): void } | undefined
    if (python === undefined || !existsSync(python))
      return ctx?.skip?.(true, 'SALT_PYTHON names no Python with Salt')
    const dice = new Dice(seed)
    const templates = Array.from({ length: templatesPerSeed }, () => generateTemplate(dice))
    const wanted = await saltOutcomes(templates)
    const different: unknown[] = []
    for (const [index, template] of templates.entries()) {
      const outcome = await ourOutcome(template)
      if (!isSame(wanted[index] ?? {}, outcome))
        different.push({ template, salt: wanted[index], ours: outcome })
    }
    expect(different).toEqual([])
  })
})

async function saltOutcomes(templates: readonly string[]): Promise<Outcome[]> {
  const input = JSON.stringify({ context: generatorContext, files: {}, templates })
  const { stdout, stderr, retcode } = await run([python ?? '', join(import.meta.dirname, 'oracle.py')], {
    stdin: input,
    timeoutMs: 100_000,
  })
  if (retcode !== 0) throw new Error(Buffer.from(stderr).toString())
  return JSON.parse(Buffer.from(stdout).toString()) as Outcome[]
}

async function ourOutcome(template: string): Promise<Outcome> {
  try {
    return { out: await render(template, { context: generatorContext }) }
  } catch (error) {
    if (isSaltError(error, 'TEMPLATE_FAILED')) return { error: error.message.split('\n')[0] ?? '' }
    throw error
  }
}

/**
 * Errors need to be errors at both. Not compared: addresses of objects and the order of sets; where Salt's own report of
 * an error fails; and two filters that give `NULL` for what they do not know (escaped text, undefined names).
 */
function isSame(salt: Outcome, ours: Outcome): boolean {
  if (salt.error?.startsWith('TypeError:') || /NULL|N', 'U|Markup\(/.test(salt.out ?? '')) return true
  if (salt.error !== undefined || ours.error !== undefined)
    return (salt.error === undefined) === (ours.error === undefined)
  const [theirs, own] = [plain(salt.out ?? ''), plain(ours.out ?? '')]
  return theirs === own || (/'[^']*', '/.test(own) && sorted(theirs) === sorted(own))
}

function plain(text: string): string {
  return text.replace(/ (?:of \w+ object )?at 0x[0-9a-f]+/g, '')
}

function sorted(text: string): string {
  return [...text].sort().join('')
}
