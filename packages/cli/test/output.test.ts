// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineOutputter, Registry } from '@halite/loader'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OutputSettings, openOutput } from '../src/output.ts'
import type { Terminal } from '../src/terminal.ts'

const registry = new Registry({
  outputters: Object.fromEntries(['nested', 'json', 'txt', 'no_return', 'quiet'].map(listed)),
})

describe('a return', () => {
  it('is a document of its own', async () => {
    const { printed } = await session({ out: 'json' }, async (output) => {
      await output.showReturn('m1', true)
      await output.showReturn('m2', false)
    })
    expect(printed).toStrictEqual(['json {m1: true}', 'json {m2: false}'])
  })

  it('is kept for the end with --static', async () => {
    const { printed } = await session({ out: 'json', static: true }, async (output) => {
      await output.showReturn('m1', true)
      await output.showReturn('m2', false)
    })
    expect(printed).toStrictEqual(['json {m1: true, m2: false}'])
  })

  it('is shown with --static as all functions ask, or nested when they differ', async () => {
    const ask = (...outs: (string | undefined)[]) =>
      session({ static: true }, async (output) => {
        for (const [index, out] of outs.entries()) await output.showReturn(`m${index}`, 'x', { out })
      })
    expect((await ask('txt', 'txt')).printed).toStrictEqual(['txt {m0: x, m1: x}'])
    expect((await ask('txt', undefined)).printed).toStrictEqual(['nested {m0: x, m1: x}'])
  })

  it('prints nothing with --static when nothing came', async () => {
    expect((await session({ static: true }, async () => undefined)).printed).toStrictEqual([])
  })

  it('is shown as its function asks', async () => {
    const { printed } = await session({}, async (output) => {
      await output.showReturn('m1', 'x', { out: 'no_return' })
      await output.showReturn('m2', 'x', { out: 'highstate_of_tomorrow' })
      await output.showReturn('m3', 'x')
    })
    expect(printed).toStrictEqual(['no_return {m1: x}', 'nested {m2: x}', 'nested {m3: x}'])
  })

  it('is shown as the user asks, whatever the function says', async () => {
    const { printed } = await session({ out: 'text' }, async (output) => {
      await output.showReturn('m1', 'x', { out: 'no_return' })
    })
    expect(printed).toStrictEqual(['txt {m1: x}'])
  })

  it('that is empty prints no line', async () => {
    expect((await session({}, (output) => output.show([]))).printed).toStrictEqual([])
  })

  it('hands its return code to the outputter', async () => {
    const { printed } = await session({}, (output) => output.showReturn('m1', 'x', { retcode: 2 }))
    expect(printed).toStrictEqual(['nested {m1: x} failed 2'])
  })
})

describe('--out', () => {
  it('with an unknown name is refused before anything happens, naming the nearest', async () => {
    await expect(session({ out: 'jsn' }, async () => undefined)).rejects.toMatchObject({
      code: 'USAGE',
      exitCode: 64,
      message: "there is no outputter 'jsn'",
      hint: "Did you mean 'json'?",
    })
  })

  it('with a name that is like none lists all', async () => {
    await expect(session({ out: 'spreadsheet' }, async () => undefined)).rejects.toMatchObject({
      hint: 'There are: json, nested, no_return, quiet, txt.',
    })
  })
})

describe('--out-file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halite-output-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('takes what would be printed, without colour, in place of what it held', async () => {
    const file = join(folder, 'replaced')
    await session({ file }, (output) => output.showReturn('m1', 1), { color: true })
    const { printed } = await session({ file }, (output) => output.showReturn('m2', 2), { color: true })
    expect(printed).toStrictEqual([])
    expect(await readFile(file, 'utf8')).toBe('nested {m2: 2}\n')
  })

  it('adds with --out-file-append, and has colour when it is forced', async () => {
    const file = join(folder, 'appended')
    await session({ file, append: true }, (output) => output.showReturn('m1', 1))
    await session({ file, append: true, forceColor: true }, (output) => output.showReturn('m2', 2))
    expect(await readFile(file, 'utf8')).toBe('nested {m1: 1}\nnested {m2: 2} in color\n')
  })

  it('that cannot be written is a usage error', async () => {
    const file = join(folder, 'missing', 'file')
    await expect(session({ file }, async () => undefined)).rejects.toMatchObject({ code: 'USAGE' })
  })
})

type Session = Awaited<ReturnType<typeof openOutput>>

async function session(
  settings: OutputSettings,
  use: (output: Session) => Promise<void>,
  { color = false } = {},
): Promise<{ printed: string[]; remarks: string[] }> {
  const printed: string[] = []
  const remarks: string[] = []
  const terminal: Terminal = {
    color,
    isWatched: false,
    print: (text) => printed.push(text),
    printError: (text) => printed.push(text),
    remark: (text) => remarks.push(text),
    statusColumns: 0,
    showStatus: () => undefined,
    flush: async () => undefined,
  }
  await using output = await openOutput(settings, { registry, terminal })
  await use(output)
  await output.close()
  return { printed, remarks }
}

/** An outputter that says who it is, what it was given and how. */
function listed(name: string) {
  const outputter = defineOutputter({
    name,
    doc: '',
    ...(name === 'txt' ? { forPrograms: 'lines' as const } : {}),
    ...(name === 'quiet' ? { showsNothing: true as const } : {}),
    render: (data, style: { color: boolean; retcode?: number }) => {
      if (Array.isArray(data)) return '  \n'
      const pairs = [...(data as Map<string, unknown>)].map(([id, value]) => `${id}: ${value}`)
      const manner = `${style.retcode ? ` failed ${style.retcode}` : ''}${style.color ? ' in color' : ''}`
      return `${name} {${pairs.join(', ')}}${manner}\n`
    },
  })
  return [name, { name, load: async () => ({ default: outputter }) }] as const
}

describe('a note', () => {
  it('stands among the results for people, and on standard error beside what a program reads', async () => {
    expect(await session({}, async (output) => output.note('said'))).toMatchObject({ printed: ['said'] })
    const forPrograms = await session({ out: 'txt' }, async (output) => output.note('said'))
    expect(forPrograms).toMatchObject({ printed: [], remarks: ['said'] })
  })
})

describe('a return', () => {
  it('cannot hide itself behind an outputter that shows nothing; a function of the master may', async () => {
    const { printed } = await session({}, async (output) => {
      await output.showReturn('m1', 'x', { out: 'quiet' })
      await output.show(new Map([['m2', 'x']]), { out: 'quiet', isReturn: true })
      await output.show(new Map([['m3', 'x']]), { out: 'quiet' })
    })
    expect(printed).toStrictEqual(['nested {m1: x}', 'nested {m2: x}', 'quiet {m3: x}'])
  })
})
