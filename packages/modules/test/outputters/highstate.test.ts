// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { floatOf } from '@halite/core'
import type { StatesStyle } from '@halite/loader'
import { describe, expect, it } from 'vitest'
import highstate from '../../src/outputters/highstate.ts'
import { lines } from './render.ts'

const byDefault: StatesStyle = {
  output: 'full',
  verbose: true,
  diff: false,
  profile: true,
  pct: false,
  tabular: false,
  compressIds: false,
  exclude: [],
  terse: [],
}

function shown(results: unknown, style: Partial<StatesStyle> = {}): string {
  return highstate.render(
    { m1: results },
    { color: false, indent: undefined, states: { ...byDefault, ...style } },
  )
}

function result(place: number, fields: Readonly<Record<string, unknown>>) {
  return {
    name: 'n',
    changes: {},
    result: true,
    comment: 'Success!',
    __sls__: 'one',
    __run_num__: place,
    start_time: `04:54:21.99900${place}`,
    duration: floatOf(0.5),
    ...fields,
  }
}

const results = {
  'test_|-b_|-b_|-nop': result(1, { __id__: 'b' }),
  'cmd_|-a_|-echo x_|-run': result(0, { __id__: 'a', changes: { pid: 5 } }),
  'test_|-c_|-c_|-fail': result(2, { __id__: 'c', result: false, comment: 'two\nlines\n' }),
}

const summary = (more: readonly string[] = []) => [
  '',
  'Summary for m1',
  '------------',
  'Succeeded: 2 (changed=1)',
  'Failed:    1',
  ...more,
  '------------',
  'Total states run:     3',
]
const runTime = 'Total run time:   1.500 ms'
const terse = {
  a: '  Name: echo x - Function: cmd.run - Result: Changed - Started: 04:54:21.999000 - Duration: 0.5 ms',
  b: '  Name: b - Function: test.nop - Result: Clean - Started: 04:54:21.999001 - Duration: 0.5 ms',
  c: '  Name: c - Function: test.fail - Result: Failed - Started: 04:54:21.999002 - Duration: 0.5 ms',
}
const blocks = {
  a: [
    '----------',
    '          ID: a',
    '    Function: cmd.run',
    '        Name: echo x',
    '      Result: True',
    '     Comment: Success!',
    '     Started: 04:54:21.999000',
    '    Duration: 0.5 ms',
    '     Changes:   ',
    '              ----------',
    '              pid:',
    '                  5',
  ],
  c: [
    '----------',
    '          ID: c',
    '    Function: test.fail',
    '      Result: False',
    '     Comment: two',
    '              lines',
    '     Started: 04:54:21.999002',
    '    Duration: 0.5 ms',
    '     Changes:   ',
  ],
}

describe('state_output', () => {
  it('terse: a line for each, in the order of the run', () => {
    expect(shown(results, { output: 'terse' })).toBe(
      lines('m1:', terse.a, terse.b, terse.c, ...summary(), runTime),
    )
  })

  it('mixed: a block for what failed', () => {
    expect(shown(results, { output: 'mixed' })).toBe(
      lines('m1:', terse.a, terse.b, ...blocks.c, ...summary(), runTime),
    )
  })

  it('changes: a block for what failed or changed something', () => {
    expect(shown(results, { output: 'changes' })).toBe(
      lines('m1:', ...blocks.a, terse.b, ...blocks.c, ...summary(), runTime),
    )
  })

  it('_id: the id in place of the name', () => {
    expect(shown(results, { output: 'terse_id' })).toContain('  Name: a - Function: cmd.run')
  })

  it('filter: state_output_exclude leaves out, state_output_terse shortens', () => {
    const style = { output: 'filter', exclude: ['False'], terse: ['True'] }
    expect(shown(results, style)).toBe(lines('m1:', terse.a, terse.b, ...summary(), runTime))
  })
})

it('state_verbose and state_output_diff: what succeeded and changed nothing is left out, and counted', () => {
  const text = lines('m1:', ...blocks.a, ...blocks.c, ...summary(), runTime)
  expect(shown(results, { verbose: false })).toBe(text)
  expect(shown(results, { diff: true })).toBe(text)
})

it('state_output_profile: off, no times', () => {
  expect(shown(results, { output: 'terse', profile: false })).toBe(
    lines(
      'm1:',
      '  Name: echo x - Function: cmd.run - Result: Changed',
      '  Name: b - Function: test.nop - Result: Clean',
      '  Name: c - Function: test.fail - Result: Failed',
      ...summary(),
    ),
  )
})

it('state_output_pct: percentages below the counts', () => {
  const text = shown(results, { output: 'terse', pct: true })
  expect(text).toContain(lines(...summary(['Success %: 66.67', 'Failure %: 33.33'])))
})

it('state_tabular: columns, or a format', () => {
  expect(shown(results, { output: 'terse', tabular: true })).toContain(
    '04:54:21.999001 [    0.5 ms]       test.nop        Clean     Name: b',
  )
  expect(shown(results, { output: 'terse', tabular: '{1}|{2:>6}.{3:<5}|{4}' })).toContain(
    'b|  test.nop  |Clean',
  )
})

it('state_compress_ids: states of one id and result become one', () => {
  const several = {
    'cmd_|-a_|-x_|-run': result(0, { __id__: 'a', name: 'x', changes: { pid: 1 } }),
    'cmd_|-a_|-y_|-run': result(1, { __id__: 'a', name: 'y', changes: { pid: 2 } }),
  }
  const text = shown(several, { output: 'terse_id', compressIds: true })
  expect(text).toContain('Name: a (2) - Function: cmd.run - Result: Changed')
  expect(text).toContain(lines('Succeeded: 2 (changed=2)', 'Failed:    0'))
})

it('shows errors in place of results', () => {
  expect(shown(['one\nmore', 'two'])).toBe(
    lines('m1:', '    Data failed to compile:', '----------', '    one', 'more', '----------', '    two'),
  )
})

it('counts what would change, and warnings', () => {
  const text = shown({
    'test_|-a_|-a_|-x': result(0, { result: null, changes: { a: 1 }, warnings: ['careful'] }),
  })
  expect(text).toContain('    Warnings: careful')
  expect(text).toContain('Succeeded: 1 (unchanged=1, changed=1)')
  expect(text).toContain('Warnings:  1')
})

it.each(['terse', 'filter'])('counts warnings only where they are shown: none in %s', (output) => {
  const warned = { 'test_|-a_|-a_|-x': result(0, { warnings: ['careful'] }) }
  expect(shown(warned, { output, terse: ['True'] })).not.toContain('Warnings:  1')
})

it('shows a result without its place as it came, laid out to 80 columns', () => {
  const { __run_num__: _, ...fields } = result(0, {
    comment: 'a comment that takes more than a line of the screen',
  })
  expect(shown({ 'test_|-a_|-a_|-x': fields })).toContain(
    "missing data is:\n{'__sls__': 'one',\n 'changes': {},\n",
  )
})

it('shows no control characters of a minion', () => {
  const text = shown({ 'test_|-a_|-a_|-x': result(0, { comment: 'a\u001b[2Jb' }) })
  expect(text).toContain('Comment: a?[2Jb')
})

describe('as Salt printed it', () => {
  const folder = new URL('../../../../../shared/golden/', import.meta.url)
  it.each(['fail', 'terse', 'mixed', 'changes'])('call-local-state-%s', (name, ...rest) => {
    const path = new URL(`call-local-state-${name}.txt`, folder)
    if (!existsSync(path)) return (rest.at(-1) as { skip?(): void } | undefined)?.skip?.()
    const golden = readFileSync(path, 'utf8')
    const text = /--- stdout ---\n(.*)\n--- stderr/s.exec(golden)?.[1] ?? ''
    const style = { output: name === 'fail' ? 'full' : name }
    const rendered = highstate.render(
      { local: goldenResults(text) },
      { color: false, indent: undefined, states: { ...byDefault, ...style } },
    )
    expect(masked(rendered)).toBe(masked(text))
  })
})

it('changes end with their last word: blanks and empty lines behind it do not count', () => {
  const changes = { first: 'one \n\n', last: 'trail \n\n' }
  const text = shown({ 'test_|-a_|-a_|-nop': result(0, { __id__: 'a', changes }) })
  expect(text).toContain(
    '\n                  one \n                  \n              last:\n                  trail\n\nSummary',
  )
})

/** The five states of the recorded run. */
function goldenResults(text: string): unknown {
  const pid = Number(/pid:\n\s+(\d+)/.exec(text)?.[1] ?? 1)
  const pretended = { testing: { old: 'Unchanged', new: 'Something pretended to change' } }
  return {
    'cmd_|-bad_|-exit 3_|-run': result(0, {
      result: false,
      comment: 'Command "exit 3" run',
      changes: { pid, retcode: 3, stdout: '', stderr: '' },
    }),
    'test_|-after_bad_|-after_bad_|-succeed_without_changes': result(1, {
      result: false,
      comment: 'One or more requisite failed: fail.bad',
    }),
    'test_|-fine_|-fine_|-succeed_with_changes': result(2, { changes: pretended }),
    'test_|-nop_|-nop_|-nop': result(3, {}),
    'test_|-conf_|-conf_|-fail_without_changes': result(4, { result: false, comment: 'Failure!' }),
  }
}

function masked(text: string): string {
  return text
    .replaceAll(/\d\d:\d\d:\d\d\.\d+/g, '<time>')
    .replaceAll(/[\d.]+ ms/g, '<ms>')
    .replaceAll(/Total run time: .*/g, 'Total run time: <ms>')
    .trimEnd()
}
