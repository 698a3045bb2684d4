// SPDX-License-Identifier: Apache-2.0
import { until } from '@halite/testing'
import { expect, test } from 'vitest'
import { JobQueue } from '../../src/jobs/job-queue.ts'

/** Work that begins when its turn comes and ends when it is told to. */
function work(queue: JobQueue, signal = new AbortController().signal) {
  let begun = false
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let waited = false
  const onWait = () => {
    waited = true
  }
  const work = () => {
    begun = true
    return ended
  }
  const done = queue.add(work, { signal, onWait })
  return { begun: () => begun, waited: () => waited, end, done }
}

test('no more than process_count_max run; the others wait in order', async () => {
  const queue = new JobQueue(2)
  const jobs = [1, 2, 3, 4].map(() => work(queue))
  expect(jobs.map((job) => job.waited())).toEqual([false, false, true, true])
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

test('a job that is aborted leaves the queue at once, and never begins', async () => {
  const queue = new JobQueue(1)
  const abort = new AbortController()
  const [first, second, third] = [work(queue), work(queue, abort.signal), work(queue)]
  abort.abort()
  await expect(second.done).rejects.toMatchObject({ code: 'JOB_ABORTED' })
  first.end()
  await until('the third has begun', () => third.begun())
  third.end()
  await Promise.all([first.done, third.done])
  expect(second.begun()).toBe(false)
})

test('a queue that is closed begins nothing more, and lets end what has begun', async () => {
  const queue = new JobQueue(1)
  const [first, second] = [work(queue), work(queue)]
  await until('the first has begun', () => first.begun())
  queue.close()
  await expect(second.done).rejects.toMatchObject({ code: 'JOB_ABORTED' })
  await expect(work(queue).done).rejects.toMatchObject({ code: 'JOB_ABORTED' })
  first.end()
  await first.done
  expect(second.begun()).toBe(false)
})
