// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSaltError, parseYaml } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { type RenderOptions, render } from './rendering.ts'

interface Case {
  readonly template: string
  readonly out?: string
  /** First line of the message. */
  readonly error?: string
}

const folder = join(import.meta.dirname, 'cases')
const surroundings = read('surroundings.yaml') as RenderOptions
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'surroundings.yaml')

describe.each(files)('%s', (name) => {
  it.each(read(name) as readonly Case[])('$template', async ({ template, out, error }) => {
    expect(await outcome(template)).toEqual(error === undefined ? { out } : { error })
  })
})

function read(name: string): unknown {
  return parseYaml(readFileSync(join(folder, name), 'utf8'), name)
}

async function outcome(template: string): Promise<Omit<Case, 'template'>> {
  const functions = { 'test.echo': async (value: unknown) => value }
  const context = { ...surroundings.context, saltenv: 'base', opts: {} }
  try {
    return { out: await render(template, { ...surroundings, context, functions }) }
  } catch (error) {
    if (isSaltError(error, 'TEMPLATE_FAILED')) return { error: error.message.split('\n')[0] ?? '' }
    throw error
  }
}
