// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { WorkMeter } from '../../src/channel/work-meter.ts'

/** Cost of frames that began at these times, where the process has used so much CPU since it began. */
function metered(frames: readonly { fromMs: number; toMs: number; cpuMs: number }[]): number[] {
  let cpuMs = 0
  const meter = new WorkMeter(0, () => cpuMs)
  return frames.map((frame) => {
    cpuMs = frame.cpuMs
    return meter.workOf(frame.toMs - frame.fromMs, frame.toMs)
  })
}

test('work is what the clock says, as long as the process ran', () => {
  expect(metered([{ fromMs: 100, toMs: 102, cpuMs: 80 }])).toEqual([2])
  expect(metered([{ fromMs: 100, toMs: 300, cpuMs: 290 }])).toEqual([200])
})

test('a process that was stopped within a frame has not worked on it', () => {
  const quiet = { fromMs: 900, toMs: 901, cpuMs: 400 }
  expect(metered([quiet, { fromMs: 950, toMs: 9000, cpuMs: 430 }])).toEqual([1, 30])
})
