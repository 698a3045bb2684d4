// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { frameKind, frameKinds, loads } from '@halite/protocol'
import { describe, expect, it } from 'vitest'
import { parties, recorded } from './recorded.ts'

/*
 * The frames in test/golden/wire are the wire: a change of them is a new version of the protocol. After such a change
 * `vitest -u` writes them again.
 */
const folder = join(import.meta.dirname, '../../../test/golden/wire')
const names = Object.keys(recorded)

interface GoldenFrame {
  readonly meaning: string
  readonly hex: string
  readonly says: unknown
}

describe.each(names)('recorded %s frames', (name) => {
  const cases = recorded[name] ?? []

  it('are made today, byte for byte', async () => {
    const frames = cases.map(({ meaning, make, read }) => {
      const frame = make()
      return { meaning, hex: frame.toString('hex'), says: plain(read(frame)) }
    })
    await expect(textOf({ kind: name, frames })).toMatchFileSnapshot(join(folder, `${name}.json`))
  })

  it('are read today as they were then', () => {
    const { frames } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
      frames: GoldenFrame[]
    }
    expect(frames.map(({ meaning }) => meaning)).toEqual(cases.map(({ meaning }) => meaning))
    for (const [index, { hex, says }] of frames.entries()) {
      const frame = Buffer.from(hex, 'hex')
      expect(frameKind(frame)).toBe(frameKinds[camel(name) as keyof typeof frameKinds])
      expect(plain(cases[index]?.read(frame))).toEqual(says)
    }
  })
})

it('the parties of the record are the same today', async () => {
  await expect(textOf(plain(parties))).toMatchFileSnapshot(join(folder, 'parties.json'))
})

it('every kind of frame is on record, and nothing else', () => {
  expect(names.map(camel).sort()).toEqual(Object.keys(frameKinds).sort())
  expect(readdirSync(folder).sort()).toEqual([...names, 'parties'].map((name) => `${name}.json`).sort())
})

/** The value as JSON keeps it: bytes as `{ "bytes": hex }`. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(pairs.map(([key, each]) => [key, plain(each)]))
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

it('what a master of a later version adds to a job and to its reply is ignored', () => {
  const saysOf = (name: string) =>
    (recorded[name] ?? []).map(({ make, read }) => read(make()) as Record<string, Record<string, unknown>>)
  const [, job, , later] = saysOf('publication')
  expect(later?.['load']).toHaveProperty('later_map')
  expect(loads.jobSchema(later?.['load'], 'job')).toEqual(job?.['load'])
  const [reply, , , , , laterReply] = saysOf('down').map(({ body }) => body?.['value'])
  expect(laterReply).toHaveProperty('later_map')
  expect(loads.openReplySchema(laterReply, 'open')).toEqual(reply)
  const [accept, , laterAccept] = saysOf('accept')
  expect(laterAccept).toEqual(accept)
})
