// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import noReturn from '../../src/outputters/no-return.ts'
import { lines, render, renderInColor } from './render.ts'

describe('no_return', () => {
  it('indents every line of the reason, empty ones too', () => {
    expect(render(noReturn, { m2: 'Minion did not return. [No response]\nA hint:\n\nsalt-run' })).toBe(
      lines('m2:', '    Minion did not return. [No response]', '    A hint:', '    ', '    salt-run'),
    )
  })

  it('is red below a cyan id', () => {
    expect(renderInColor(noReturn, { m2: 'Minion did not return. [Not connected]' })).toBe(
      lines('<0;36>m2<>:', '<0;31>    Minion did not return. [Not connected]<>'),
    )
  })
})
