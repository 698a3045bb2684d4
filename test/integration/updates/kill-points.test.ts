// SPDX-License-Identifier: Apache-2.0
/*
 * An updater may be killed, lose power or run out of disk at any moment. No list of them is kept here: a step runs once below strace,
 * and then again with a fault at each call that changed the disk. Which test covers which moment: named-points.test.ts.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { Server } from 'node:http'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram, run } from '@halite/core'
import { KeyDirectory, Repository } from '@halite/updater'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameOf, placeRelease, serve, zipRelease } from '../../../packages/updater/test/support/releases.ts'
import { bundleStep, type Faulty, inodesBelow, inPlaces, looseRenames, losePower } from './faults.ts'
import { next, old, Place } from './place.ts'

const startFile = readFileSync(
  join(import.meta.dirname, '../../../packages/updater/launcher/start.sh'),
  'utf8',
)
/** The number of rounds is bounded: two minutes of both cores in all, more where others want them. */
const limits = { timeout: 1_500_000 }
const kill = 'signal=SIGKILL'

let work: string
let driver: string
let server: Server
/** Where updates come from: a directory of zip files, and a signed repository on a web server. */
let sources: Readonly<Record<'zips' | 'signed', string>>

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'halite-kill-'))
  driver = await bundleStep(work)
  const app = join(work, 'app')
  for (const version of ['0.9', '1.0']) placeRelease(app, { version })
  writeFileSync(join(app, 'current'), `${old}\n`)
  writeFileSync(join(app, 'previous'), `${nameOf('0.9')}\n`)
  writeFileSync(join(app, 'app'), startFile.replace('@DAEMONS@', 'none'), { mode: 0o755 })
  const zip = await zipRelease(join(work, 'zips'), { version: '1.1', files: { 'lib/deep/er/file.js': 'x' } })
  const served = await serve((path, response) => {
    const file = join(work, 'repo', path)
    if (existsSync(file)) response.end(readFileSync(file))
    else response.writeHead(404).end()
  })
  server = served.server
  sources = { zips: join(work, 'zips'), signed: served.url }
  await publish(zip)
  mkdirSync(join(app, 'trust'))
  copyFileSync(join(work, 'repo/metadata/1.root.json'), join(app, 'trust/root.json'))
})

beforeEach((ctx) => {
  ctx.skip(process.env['HALITE_TEST_UPDATES'] !== '1', 'takes minutes: npm run test:updates')
  ctx.skip(findProgram('strace') === undefined, 'strace is not installed')
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(work, { recursive: true })
})

async function publish(zip: string): Promise<void> {
  const keys = new KeyDirectory(join(work, 'keys'))
  const repository = new Repository({ directory: join(work, 'repo'), keys })
  await repository.init({ rootKeys: 1, threshold: 1 })
  await repository.add(zip)
  await repository.sign()
  await repository.publish()
}

interface Rounds {
  readonly action: string
  /** What the step is given besides its name and its place. */
  readonly source?: string
  readonly prepare?: (place: Place) => void
  readonly check: (place: Place, faulty: Faulty) => Promise<void>
}

/** Puts a fault at each point of `step`, several steps at once, and checks each time. Resolves to how many were reached. */
async function atEachPoint(step: string, { action, source = '', prepare, check }: Rounds): Promise<number> {
  const places = Array.from(
    { length: Math.max(2, availableParallelism()) },
    (_, number) => new Place(join(work, `run-${number}`), driver),
  )
  const begin = (place: Place): string[] => {
    place.restore(join(work, 'app'))
    prepare?.(place)
    return [step, place.root, source]
  }
  const first = places[0] as Place
  const points = await first.step.points(first.root, begin(first))
  let reached = 0
  await inPlaces(points, places, async (point, place) => {
    const words = begin(place)
    const faulty = await place.step.with(action, point, words)
    if (faulty.isReached) reached += 1
    await check(place, faulty).catch((cause: unknown) => {
      throw new Error(`${action} at ${point.call} ${point.at}: ${cause} ${faulty.said}`, { cause })
    })
  })
  // In another thread the number of a call is another one.
  expect(reached).toBeGreaterThan(points.length * 0.6)
  return reached
}

describe.each(['zips', 'signed'] as const)('an update from %s', (kind) => {
  test(
    'killed, rebooted or without power at any call that changes the disk: a whole version starts, and the next run finishes',
    limits,
    async ({ annotate }) => {
      const source = sources[kind]
      const known = new Map<Place, ReadonlySet<number>>()
      let lost = 0
      const points = await atEachPoint('update', {
        action: kill,
        source,
        prepare: (place) => known.set(place, inodesBelow(place.root)),
        check: async (place, { log }) => {
          for (const what of ['killed', 'rebooted']) {
            const left = new Place(`${place.root}-${what}`, driver)
            left.restore(place.root)
            if (what === 'rebooted') left.reboot()
            await left.finishes(source)
          }
          lost += losePower({ root: place.root, log, known: known.get(place) ?? new Set() }, lost % 2 === 0)
          await place.finishes(source)
        },
      })
      await annotate(`an update from ${kind} was cut at ${points} points; ${lost} files were lost`)
      expect(points).toBeGreaterThan(40)
      expect(lost).toBeGreaterThan(20)
    },
  )

  test('on a disk that is full at any call says so and changes nothing that starts', limits, async () => {
    const source = sources[kind]
    await atEachPoint('update', {
      action: 'error=ENOSPC',
      source,
      check: async (place, { isReached, retcode, said }) => {
        if (isReached && retcode !== 0)
          expect(said).toMatch(/no space left|ENOSPC|does not start here|cannot be/i)
        await place.finishes(source)
      },
    })
  })

  test('in a root that is read-only says so, and what starts is whole', limits, async () => {
    const place = new Place(join(work, 'run-read-only'), driver)
    place.restore(join(work, 'app'))
    const words = ['update', place.root, sources[kind]]
    const points = await place.step.points(place.root, words)
    const firstOfEach = new Map(points.toReversed().map((point) => [point.call, point]))
    let reached = 0
    for (const point of firstOfEach.values()) {
      place.restore(join(work, 'app'))
      const { isReached, retcode, said } = await place.step.with('error=EROFS', point, words)
      if (isReached) reached += 1
      if (isReached && retcode !== 0)
        expect(said, point.call).toMatch(/read-only|EROFS|does not start here|cannot be/i)
      await place.startsOneOf(['1.0', '1.1'])
    }
    expect(reached).toBeGreaterThan(3)
    await place.finishes(sources[kind])
  })

  test('flushes each directory in which it renames before it renames anything else', limits, async () => {
    const place = new Place(join(work, 'run-flush'), driver)
    place.restore(join(work, 'app'))
    const { log } = await place.step.whole(['update', place.root, sources[kind]])
    expect(log).toMatch(/rename\(/)
    expect(looseRenames(log, (path) => path.startsWith(place.root) && !path.includes('.gone-'))).toEqual([])
  })
})

describe('killed at any call that changes the disk', () => {
  const onTrial = (place: Place) => place.putOnTrial()

  test('of the way back, it is taken in the end', limits, async ({ annotate }) => {
    const points = await atEachPoint('roll-back', {
      action: kill,
      prepare: onTrial,
      check: async (place) => {
        await place.startsOneOf(['1.0', '1.1'])
        expect((await run([process.execPath, driver, 'roll-back', place.root])).retcode).toBe(0)
        await place.startsOneOf(['1.0'])
        expect(existsSync(place.layout.trial)).toBe(false)
      },
    })
    await annotate(`a way back was cut at ${points} points`)
  })

  test('of a confirmation, it counts in the end', limits, async ({ annotate }) => {
    const points = await atEachPoint('confirm', {
      action: kill,
      source: next,
      prepare: onTrial,
      check: async (place) => {
        await place.startsOneOf(['1.1'])
        expect((await run([process.execPath, driver, 'confirm', place.root, next])).retcode).toBe(0)
        await place.startsOneOf(['1.1'])
        expect(existsSync(place.layout.trial)).toBe(false)
      },
    })
    await annotate(`a confirmation was cut at ${points} points`)
  })

  test.each(['attempt', 'failed'])(
    'of what a start file has noted (%s), the trial goes on',
    limits,
    async (step) => {
      await atEachPoint(step, {
        action: kill,
        prepare: onTrial,
        check: async (place) => {
          await place.startsOneOf(['1.1'])
          for (let at = 0; at < 2; at += 1)
            expect((await run([process.execPath, driver, 'attempt', place.root])).retcode).toBe(0)
          await place.startsOneOf(['1.0'])
          expect(existsSync(place.layout.trial)).toBe(false)
        },
      })
    },
  )

  test('of the clearing away, the next finishes it, and the way back stays', limits, async () => {
    await atEachPoint('cleanup', {
      action: kill,
      prepare: (place) => {
        for (const version of ['0.1', '0.2']) placeRelease(place.root, { version })
      },
      check: async (place) => {
        await place.startsOneOf(['1.0'])
        expect(await place.app('').cleanup()).toBe(true)
        expect(place.app('').versions).toEqual(['0.9', '1.0'])
        place.expectNoLeftovers()
      },
    })
  })
})

test('two updaters at once: one does it, the other says who', { timeout: 60_000 }, async () => {
  const place = new Place(join(work, 'run-two'), driver)
  place.restore(join(work, 'app'))
  const words = [process.execPath, driver, 'update', place.root, sources.zips]
  const said = (await Promise.all([run(words), run(words)])).map(({ stdout, stderr }) => `${stdout}${stderr}`)
  expect(said).toContain('1.1\n')
  const other = /^1\.1\n|^undefined\n|update is already running on .* \(pid \d+\)/
  for (const text of said) expect(text).toMatch(other)
  await place.startsOneOf(['1.1'])
})
