// SPDX-License-Identifier: Apache-2.0
import type { WireEvent } from '@halite/protocol'
import { describe, expect, test } from 'vitest'
import { type EventSink, Subscriptions } from '../src/subscriptions.ts'

const job = 'salt/job/20261120044728176538/'
const other = 'salt/job/20261120044728176539/'

class Ear implements EventSink {
  readonly tags: string[] = []
  resumed = 0

  onEvent({ tag }: WireEvent): void {
    this.tags.push(tag)
  }

  onResumed(): void {
    this.resumed += 1
  }
}

function event(tag: string): WireEvent {
  return { tag, data: {} }
}

describe('events', () => {
  test('reach those whose prefix they begin with, once each', () => {
    const subscriptions = new Subscriptions()
    const [own, all, elsewhere] = [new Ear(), new Ear(), new Ear()]
    subscriptions.add(job, own)
    subscriptions.add('', all)
    subscriptions.add('salt/job/', all)
    subscriptions.add(other, elsewhere)
    subscriptions.take([event(`${job}new`), event('x')])
    expect([own.tags, all.tags, elsewhere.tags]).toEqual([[`${job}new`], [`${job}new`, 'x'], []])
  })

  test('of a job whose jid is still under way are held for it', () => {
    const subscriptions = new Subscriptions()
    const [own, all] = [new Ear(), new Ear()]
    subscriptions.add('', all)
    const release = subscriptions.hold()
    subscriptions.take([event(`${job}new`), event(`${other}new`), event(`${job}ret/m1`)])
    subscriptions.add(job, own)
    release()
    expect(own.tags).toEqual([`${job}new`, `${job}ret/m1`])
    expect(all.tags).toHaveLength(3)
    const late = new Ear()
    subscriptions.add(other, late)
    expect(late.tags).toEqual([])
  })

  test('are not kept when nothing is under way', () => {
    const subscriptions = new Subscriptions()
    subscriptions.take([event(`${job}new`)])
    const own = new Ear()
    subscriptions.add(job, own)
    expect(own.tags).toEqual([])
  })
})

test('the last one to leave a prefix is told so', () => {
  const subscriptions = new Subscriptions()
  const [first, second] = [new Ear(), new Ear()]
  subscriptions.add(job, first)
  subscriptions.add(job, second)
  expect(subscriptions.remove(job, first)).toBe(false)
  expect(subscriptions.prefixes).toEqual([job])
  expect(subscriptions.remove(job, second)).toBe(true)
  expect(subscriptions.remove(job, second)).toBe(false)
  expect(subscriptions.prefixes).toEqual([])
})

test('all are notified of another session, even those that leave then', () => {
  const subscriptions = new Subscriptions()
  const ear = new Ear()
  const leaving: EventSink = {
    onEvent: () => undefined,
    onResumed: () => subscriptions.remove(job, leaving),
  }
  subscriptions.add(job, leaving)
  subscriptions.add(job, ear)
  subscriptions.resumed()
  expect(ear.resumed).toBe(1)
})
