// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { exitCodeOfCall, exitCodeOfError, verdictOfJob } from '../src/exit.ts'

const nonZero = 'ERROR: Minions returned with non-zero exit code'
const noReturn = 'ERROR: No return received'

describe('salt', () => {
  it.each([
    ['all returned 0', { retcodes: [0, 0], missing: 0 }, { exitCode: 0 }],
    ['one returned another code', { retcodes: [0, 3], missing: 0 }, { exitCode: 1, complaint: nonZero }],
    ['one did not return', { retcodes: [0], missing: 1 }, { exitCode: 1, complaint: nonZero }],
    ['none returned', { retcodes: [], missing: 2 }, { exitCode: 1, complaint: nonZero }],
    ['nobody matched', { retcodes: [], missing: 0 }, { exitCode: 2, complaint: noReturn }],
    [
      'none returned and that is hidden',
      { retcodes: [], missing: 2, hidden: true },
      { exitCode: 2, complaint: noReturn },
    ],
    [
      'one did not return and that is hidden',
      { retcodes: [0], missing: 1, hidden: true },
      { exitCode: 1, complaint: 'ERROR: 1 of 2 minions did not return' },
    ],
    [
      'one failed and one did not return and that is hidden',
      { retcodes: [1], missing: 1, hidden: true },
      { exitCode: 1, complaint: nonZero },
    ],
  ])('when %s', (_case, outcome, verdict) => {
    expect(verdictOfJob(outcome)).toStrictEqual(verdict)
  })
})

describe('salt-call', () => {
  it.each([
    [0, false, 0],
    [0, true, 0],
    [3, false, 1],
    [3, true, 3],
    [255, true, 255],
    [256, true, 1],
    [-15, true, 1],
    [Number.NaN, true, 1],
  ])('exits for code %d with passthrough %s with %d', (retcode, passthrough, exitCode) => {
    expect(exitCodeOfCall(retcode, passthrough)).toBe(exitCode)
  })
})

describe('a tool that ends with an error', () => {
  it('exits with the code of the error', () => {
    expect(exitCodeOfError(new SaltError('MASTER_UNREACHABLE', 'x'))).toBe(2)
    expect(exitCodeOfError(new SaltError('USAGE', 'x'))).toBe(64)
    expect(exitCodeOfError(new SaltError('FUNCTION_UNKNOWN', 'x'))).toBe(255)
  })

  it('exits with 70 for a defect of ours', () => {
    expect(exitCodeOfError(new TypeError('x'))).toBe(70)
  })
})
