// SPDX-License-Identifier: Apache-2.0
import { jobPrefix } from '@halite/protocol'
import { expect, test } from 'vitest'

test.each([
  ['salt/job/20261120045348714672/new', 'salt/job/20261120045348714672/'],
  ['salt/job/1/ret/web1', 'salt/job/1/'],
  ['salt/job/1/', 'salt/job/1/'],
  ['salt/job/1', undefined],
  ['salt/job/', undefined],
  ['salt/job//new', undefined],
  ['salt/jobs/1/new', undefined],
  ['minion/salt/job/1/new', undefined],
  ['', undefined],
])('the events of the job of %j begin with %j', (tag, prefix) => {
  expect(jobPrefix(tag)).toBe(prefix)
})
