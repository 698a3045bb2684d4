// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import key from '../../src/outputters/key.ts'
import { lines, render, renderInColor } from './render.ts'

const all = { minions: ['m2', 'm1'], minions_pre: ['new1'], minions_rejected: [], minions_denied: ['bad1'] }

describe('key', () => {
  it('lists ids below the heading of their state', () => {
    expect(render(key, all)).toBe(
      lines(
        'Accepted Keys:',
        'm1',
        'm2',
        'Denied Keys:',
        'bad1',
        'Unaccepted Keys:',
        'new1',
        'Rejected Keys:',
      ),
    )
  })

  it('shows fingerprints behind the ids, keys of the master first', () => {
    expect(render(key, { minions: { m1: 'aa:bb' }, local: { 'master.pub': 'cc:dd' } })).toBe(
      lines('Local Keys:', 'master.pub:  cc:dd', 'Accepted Keys:', 'm1:  aa:bb'),
    )
  })

  it('has a colour for each state', () => {
    expect(renderInColor(key, { ...all, minions_rejected: ['r1'], local: { 'master.pub': 'cc' } })).toBe(
      lines(
        '<0;1;35>Local Keys:<>',
        '<0;35>master.pub:  cc<>',
        '<0;1;32>Accepted Keys:<>',
        '<0;32>m1<>',
        '<0;32>m2<>',
        '<0;1;35>Denied Keys:<>',
        '<0;35>bad1<>',
        '<0;1;31>Unaccepted Keys:<>',
        '<0;31>new1<>',
        '<0;1;34>Rejected Keys:<>',
        '<0;34>r1<>',
      ),
    )
  })

  it('shows a state it does not know under its own name', () => {
    expect(render(key, { future: ['m1'] })).toBe(lines('future:', 'm1'))
  })
})
