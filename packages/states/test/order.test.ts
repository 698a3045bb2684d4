// SPDX-License-Identifier: Apache-2.0
import { isMap } from '@halite/core'
import { arg, createContext, defineState, Registry, stateFn } from '@halite/loader'
import { compileLow, HighData, type RunServices, runHigh } from '@halite/states'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** What ran, in its order; states fail or change as their argument says. */
function services(ran: string[]): RunServices {
  const module = defineState({
    name: 'try',
    doc: 'Notes what ran.',
    functions: {
      it: stateFn({
        doc: 'Note the id.',
        args: { ends: arg.string('How it ends.').default('well'), kwargs: arg.keywords('Others.') },
        run: ({ state }, { ends }) => {
          ran.push(state.id)
          return { changes: ends === 'changed' ? { a: 1 } : {}, result: ends !== 'failed', comment: '' }
        },
      }),
      mod_watch: stateFn({
        doc: 'Note that a watched state changed.',
        args: { kwargs: arg.keywords('Others.') },
        run: ({ state }) => {
          ran.push(`watch ${state.id}`)
          return { changes: { watched: true }, result: true, comment: '' }
        },
      }),
    },
  })
  const entry = { name: 'try', functions: ['it', 'mod_watch'], load: async () => ({ default: module }) }
  const registry = new Registry({ states: { try: entry } })
  const drop = () => undefined
  const log = {
    trace: drop,
    debug: drop,
    info: drop,
    warning: drop,
    error: drop,
    critical: drop,
    child: () => log,
  }
  const ctx = createContext({ registry, id: 'm1' as never, options: {}, grains: {}, pillar: {}, log })
  return {
    ctx: () => ctx,
    settings: {
      test: false,
      failhard: false,
      mocked: false,
      aggregate: false,
      disabledRequisites: [],
      disabledStates: [],
      conditions: {},
      maxParallel: 0,
      lockSaltenv: false,
    },
    clock: { now: () => 0 },
    sleep: async () => undefined,
  }
}

interface Node {
  readonly id: string
  readonly ends: 'well' | 'failed' | 'changed'
  /** Requisite → ids. */
  readonly needs: ReadonlyMap<string, readonly string[]>
}

function highOf(nodes: readonly Node[]): HighData {
  const entries = nodes.map(({ id, ends, needs }) => [
    id,
    {
      try: [
        'it',
        { ends },
        ...[...needs].map(([name, ids]) => ({ [name]: ids.map((other) => ({ try: other })) })),
      ],
      __sls__: 'one',
      __env__: 'base',
    },
  ])
  return HighData.from(Object.fromEntries(entries))
}

const kinds = ['require', 'watch', 'onchanges', 'onfail', 'require_in', 'watch_in']
const allKinds = [...kinds, 'prereq', 'prereq_in', 'onfail_any', 'use', 'require_any']

/** Graphs whose requisites lead from a state to others: to earlier ones alone, or to any. */
function graphs(acyclic: boolean, names = kinds): fc.Arbitrary<readonly Node[]> {
  const count = fc.integer({ min: 1, max: 14 })
  return count.chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, place) => {
        const highest = acyclic ? place - 1 : size - 1
        const edge = fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: Math.max(0, highest) }))
        const edges = highest < 0 ? fc.constant([]) : fc.array(edge, { maxLength: 3 })
        return fc.tuple(edges, fc.constantFrom('well', 'failed', 'changed')).map(([list, ends]) => ({
          id: `s${place}`,
          ends: ends as Node['ends'],
          needs: needsOf(list, place),
        }))
      }),
    ),
  )
}

function needsOf(edges: readonly (readonly [string, number])[], own: number): Node['needs'] {
  const needs = new Map<string, string[]>()
  for (const [kind, other] of edges) {
    if (other !== own) needs.set(kind, [...new Set([...(needs.get(kind) ?? []), `s${other}`])])
  }
  return needs
}

/** Who comes before whom, whichever side wrote it. */
function befores(nodes: readonly Node[]): [before: string, after: string][] {
  return nodes.flatMap(({ id, needs }) =>
    [...needs].flatMap(([kind, ids]) =>
      ids.map((other): [string, string] => (kind.endsWith('_in') ? [id, other] : [other, id])),
    ),
  )
}

function hasCircle(nodes: readonly Node[]): boolean {
  const edges = befores(nodes)
  const left = new Set(nodes.map(({ id }) => id))
  for (;;) {
    const free = [...left].filter((id) => !edges.some(([before, after]) => after === id && left.has(before)))
    if (free.length === 0) return left.size > 0
    for (const id of free) left.delete(id)
  }
}

async function outcomeOf(nodes: readonly Node[]) {
  const ran: string[] = []
  const outcome = await runHigh(services(ran), highOf(nodes))
  if ('errors' in outcome) return { ran, results: new Map(), errors: outcome.errors }
  const byId = [...outcome.results.values()].map(
    (result) => [String(result['__id__'] ?? result.name), result] as const,
  )
  return { ran, results: new Map(byId), errors: [] }
}

describe('any graph of requisites', () => {
  test('without a circle: each state has a result, and runs after what it requires', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(true), async (nodes) => {
        fc.pre(!hasCircle(nodes))
        const { ran, results, errors } = await outcomeOf(nodes)
        expect(errors).toEqual([])
        expect(results.size).toBe(nodes.length)
        for (const [before, after] of befores(nodes)) {
          if (ran.includes(before) && ran.includes(after))
            expect(ran.indexOf(before)).toBeLessThan(ran.indexOf(after))
        }
        expect(ran.filter((id) => !id.startsWith('watch'))).toEqual([
          ...new Set(ran.filter((id) => !id.startsWith('watch'))),
        ])
      }),
      { numRuns: 150 },
    )
  })

  test('without a circle: what requires a state that failed does not run', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(true), async (nodes) => {
        fc.pre(!hasCircle(nodes))
        const { ran, results } = await outcomeOf(nodes)
        for (const { id, needs } of nodes) {
          const failed = (needs.get('require') ?? []).some((other) => results.get(other)?.result === false)
          if (failed) expect(ran).not.toContain(id)
          if (failed) expect(results.get(id)?.result).toBe(false)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('with a circle: the run ends, every state has a result, and one that failed tells of it', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(false), async (nodes) => {
        fc.pre(hasCircle(nodes))
        const { results, errors } = await outcomeOf(nodes)
        if (errors.length > 0) {
          expect(errors.join('\n')).toContain('recursive requisite')
          return
        }
        expect(results.size).toBe(nodes.length)
        const comments = [...results.values()].map(({ comment }) => comment)
        expect(comments.some((comment) => /[Rr]ecursive requi/.test(comment))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

test('of all kinds of requisites, in any circle: the run ends, and every state has a result', async () => {
  await fc.assert(
    fc.asyncProperty(graphs(false, allKinds), async (nodes) => {
      const { ran, results, errors } = await outcomeOf(nodes)
      if (errors.length === 0) expect(results.size).toBe(nodes.length)
      expect(ran.length).toBeLessThan(nodes.length * 100)
    }),
    { numRuns: 150 },
  )
})

test('a state that was to be asked what it changes, and was not because of a circle, runs in its turn', async () => {
  const needs = (...pairs: readonly (readonly [string, readonly string[]])[]) => new Map(pairs)
  const { results } = await outcomeOf([
    { id: 'a', ends: 'well', needs: needs() },
    { id: 'b', ends: 'well', needs: needs(['prereq_in', ['c']]) },
    { id: 'c', ends: 'well', needs: needs(['watch_in', ['a']], ['require', ['a']]) },
  ])
  expect([...results.keys()].sort()).toEqual(['a', 'b', 'c'])
})

test('a state that is only asked what it changes, by one that is in a circle, has a result all the same', async () => {
  const needs = (...pairs: readonly (readonly [string, readonly string[]])[]) => new Map(pairs)
  const { results } = await outcomeOf([
    { id: 'a', ends: 'well', needs: needs() },
    { id: 'b', ends: 'well', needs: needs(['require_any', ['c']]) },
    { id: 'c', ends: 'well', needs: needs(['require', ['b']], ['prereq', ['a']]) },
  ])
  expect([...results.keys()].sort()).toEqual(['a', 'b', 'c'])
  expect([...results.values()].map(({ result }) => result)).toEqual([false, false, false])
})

test('a state that would have to be asked what it changes before itself is told as a circle', async () => {
  const { results } = await outcomeOf([
    {
      id: 'a',
      ends: 'well',
      needs: new Map([
        ['prereq', ['c']],
        ['onchanges', ['b']],
      ]),
    },
    { id: 'b', ends: 'well', needs: new Map() },
    { id: 'c', ends: 'well', needs: new Map([['prereq', ['a']]]) },
  ])
  expect([...results.values()].map(({ comment }) => comment).join('\n')).toMatch(
    /Recursive requisite found: .*try: a/,
  )
})

test('a circle is told in its order', async () => {
  const needs = (...ids: string[]) => new Map([['require', ids]])
  const { results } = await outcomeOf([
    { id: 'a', ends: 'well', needs: needs('b') },
    { id: 'b', ends: 'well', needs: needs('c') },
    { id: 'c', ends: 'well', needs: needs('a') },
  ])
  expect(results.get('c')?.comment).toBe('Recursive requisite found: try: a -> try: b -> try: c -> try: a')
})

test('a chain of 5,000 states that is written backwards runs, and does not use up the stack', async () => {
  const size = 5000
  const nodes = Array.from({ length: size }, (_, place): Node => {
    const needs = new Map(place + 1 < size ? [['require', [`s${place + 1}`]]] : [])
    return { id: `s${place}`, ends: 'well', needs }
  })
  const { ran } = await outcomeOf(nodes)
  expect(ran[0]).toBe(`s${size - 1}`)
  expect(ran.length).toBe(size)
}, 60_000)

test('whatever high data says, it compiles or is refused in words', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      const compiled = compileLow(HighData.from(isMap(data) ? data : {}))
      const texts = 'errors' in compiled ? compiled.errors : []
      expect(texts.every((text) => typeof text === 'string' && text !== '')).toBe(true)
    }),
    { numRuns: 300 },
  )
})
