// SPDX-License-Identifier: Apache-2.0
import { type Logger, SaltError, silentLog } from '@halite/core'
import { UpdateLoop, type UpdateTask } from '@halite/fileserver'
import { afterEach, describe, expect, test } from 'vitest'

describe('updates', () => {
  let loop: UpdateLoop
  const lines: string[] = []
  const note = (level: string) => (text: string) => void lines.push(`${level}: ${text}`)
  const log = { ...silentLog, error: note('error'), debug: note('debug'), info: note('info') } as Logger

  afterEach(async () => {
    await loop.close()
    lines.length = 0
  })

  function start(tasks: readonly UpdateTask[]): void {
    loop = new UpdateLoop({ tasks, log })
    loop.start()
  }

  test('one that hangs holds up no other, and is ended at the end', async () => {
    let isEnded = false
    let runs = 0
    const hanging: UpdateTask = {
      id: 'hanging',
      intervalMs: 1,
      run: (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            isEnded = true
            reject(new Error('ended'))
          })
        }),
    }
    const quick = async () => {
      runs += 1
    }
    start([hanging, { id: 'quick', intervalMs: 1, run: quick }])
    await expect.poll(() => runs).toBeGreaterThan(3)
    await loop.close()
    expect(isEnded).toBe(true)
    expect(lines).toEqual([])
  })

  test('a failure that lasts is said once, and its end as well', async () => {
    let runs = 0
    const run = async () => {
      runs += 1
      if (runs <= 3) throw new SaltError('GIT_FAILED', 'no')
    }
    start([{ id: 'it', intervalMs: 1, run }])
    await expect.poll(() => runs).toBeGreaterThan(5)
    expect(lines).toEqual([
      'error: an update failed',
      'debug: an update failed',
      'debug: an update failed',
      'info: updated again',
    ])
  })

  test('one task never runs twice at a time', async () => {
    let under = 0
    let most = 0
    let runs = 0
    const run = async () => {
      under += 1
      most = Math.max(most, under)
      await new Promise((resolve) => setTimeout(resolve, 3))
      under -= 1
      runs += 1
    }
    start([{ id: 'it', intervalMs: 0, run }])
    await expect.poll(() => runs).toBeGreaterThan(3)
    expect(most).toBe(1)
  })
})
