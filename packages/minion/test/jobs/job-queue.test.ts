// SPDX-License-Identifier: Apache-2.0
import { until } from '@halite/testing'
import { test } from 'vitest'
import { JobQueue } from '../../src/jobs/job-queue.ts'

/** Work that begins when its turn comes and ends when it is told to. */
function work(queue: JobQueue) {
  let begun = false
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const done = queue.add(() => {
    begun = true
    return ended
  })
  return { begun: () => begun, end, done }
}

test('no more than process_count_max run; the others wait in order', async () => {
  const queue = new JobQueue(2)
  const jobs = [1, 2, 3, 4].map(() => work(queue))
  const begun = () => jobs.map((job) => Number(job.begun())).join('')
  await until('two have begun', () => begun() === '1100')
  jobs[1]?.end()
  await until('the next has begun', () => begun() === '1110')
  jobs[0]?.end()
  await until('the last has begun', () => begun() === '1111')
  for (const job of jobs) job.end()
  await Promise.all(jobs.map(({ done }) => done))
})

test('-1 is no limit', async () => {
  const queue = new JobQueue(-1)
  const jobs = Array.from({ length: 50 }, () => work(queue))
  await until('all have begun', () => jobs.every(({ begun }) => begun()))
  for (const job of jobs) job.end()
})
