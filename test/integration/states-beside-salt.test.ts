// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

const salt = process.env['HALITE_SALT_CALL'] ?? ''
const seed = Number(process.env['HALITE_SEED'] ?? 1)
const trees = Number(process.env['HALITE_TREES'] ?? 4)

type Argument = Readonly<Record<string, unknown>>
type Tree = Readonly<Record<string, Readonly<Record<string, readonly Argument[]>>>>

/** Requisites that name states above, and those that name states below: none of them makes a circle, which Salt reports otherwise. */
const upwards = [
  'require',
  'watch',
  'onchanges',
  'onfail',
  'require_any',
  'watch_any',
  'onchanges_any',
  'listen',
]
const downwards = ['require_in', 'watch_in', 'onchanges_in', 'onfail_in', 'listen_in', 'prereq']

const kind = fc.constantFrom<readonly [string, ...Argument[]]>(
  ['test.nop'],
  ['test.succeed_with_changes'],
  ['test.fail_without_changes'],
  ['test.fail_with_changes'],
  ['test.configurable_test_state', { changes: true }, { result: false }, { comment: 'two\nlines' }],
  ['test.configurable_test_state', { changes: false }, { result: true }, { warnings: ['w'] }],
  ['cmd.run', { name: 'true' }],
  ['cmd.run', { name: 'echo out; echo err >&2; exit 3' }],
  ['cmd.wait', { name: 'echo waited' }],
)

const condition = fc.constantFrom<Argument>(
  { onlyif: 'false' },
  { onlyif: ['true', { fun: 'test.echo', args: ['x'] }] },
  { unless: ['true', 'true'] },
  { creates: ['/', '/nosuch'] },
  { check_cmd: ['true', 'false'] },
  { failhard: true },
  { order: 'last' },
  { order: 2 },
  { names: ['n1', { n2: [{ order: 1 }] }] },
  { retry: { attempts: 2, interval: 0 } },
)

const state = fc.record({
  kind,
  conditions: fc.array(condition, { maxLength: 1 }),
  above: fc.array(fc.tuple(fc.constantFrom(...upwards), fc.nat(99)), { maxLength: 2 }),
  below: fc.array(fc.tuple(fc.constantFrom(...downwards), fc.nat(99)), { maxLength: 1 }),
})

/** Trees of states s0, s1, … */
const tree = fc.array(state, { minLength: 3, maxLength: 8 }).map((states): Tree => {
  const refer = (place: number) => ({ [states[place]?.kind[0].split('.')[0] ?? '']: `s${place}` })
  const bodies = states.map(({ kind: [fun, ...own], conditions, above, below }, index) => {
    const after = states.length - index - 1
    const required = [
      ...above.filter(() => index > 0).map(([name, number]) => ({ [name]: [refer(number % index)] })),
      ...below
        .filter(() => after > 0)
        .map(([name, number]) => ({ [name]: [refer(index + 1 + (number % after))] })),
    ]
    const args = [...own, ...conditions.filter((one) => !('names' in one && own.length > 0)), ...required]
    const named = new Map(args.map((argument) => [Object.keys(argument)[0], argument]))
    return [`s${index}`, { [fun]: [...named.values()] }] as const
  })
  return Object.fromEntries(bodies)
})

/** Results in the order of the run, without what differs from run to run and what we tell on top. */
function comparable(printed: string): unknown {
  const { local } = JSON.parse(printed) as { local: unknown }
  if (Array.isArray(local)) return local
  const rows = Object.entries(local as Record<string, Record<string, unknown>>)
  rows.sort(([, a], [, b]) => Number(a['__run_num__']) - Number(b['__run_num__']))
  return rows.map(([key, { start_time: _, duration: __, comment, changes, ...others }]) => {
    const { pid: ___, ...kept } = (changes ?? {}) as Record<string, unknown>
    return { key, ...others, changes: kept, comment: String(comment).replace(/ Did you mean '[^']*'\?/g, '') }
  })
}

test('random trees run as with Salt, in test mode too', (ctx) => {
  if (!existsSync(salt)) ctx.skip('needs Salt: set HALITE_SALT_CALL to the path of its salt-call')
  for (const [index, one] of fc.sample(tree, { seed, numRuns: trees }).entries()) {
    using machine = new Masterless()
    machine.write({ 'roots/one.sls': JSON.stringify(one) })
    for (const words of [['test=True'], []]) {
      const call = ['--retcode-passthrough', '--out', 'json', '-l', 'quiet', 'state.apply', 'one', ...words]
      const ours = machine.run(call)
      const theirs = spawnSync(salt, machine.words(call), { encoding: 'utf8' })
      const label = `seed ${seed}, tree ${index} ${words.join('')}: ${JSON.stringify(one)}`
      expect(comparable(ours.stdout), label).toEqual(comparable(theirs.stdout))
    }
  }
}, 600_000)
