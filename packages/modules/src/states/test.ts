// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isTruthy, pythonStr, SaltError } from '@halite/core'
import { arg, defineState, type StateReturn, stateFn } from '@halite/loader'
import { checkPillar, pillarKeys } from './test/check-pillar.ts'

const others = { kwargs: arg.keywords('Whatever else is given counts for nothing.') }
const saysWhat = {
  comment: arg.any('What the result says.').optional(),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}
const pretended: DataMap = { testing: { old: 'Unchanged', new: 'Something pretended to change' } }

/** `test`: states that change nothing and end as they are told to, to try requisites with. */
export default defineState({
  name: 'test',
  doc: 'States that change nothing and end as they are told to: for trying requisites, and for sls files that need a state.',
  functions: {
    nop: stateFn({
      doc: 'Do nothing and succeed.',
      args: others,
      run: () => ({ changes: {}, result: true, comment: 'Success!' }),
    }),
    succeed_without_changes: stateFn({
      doc: 'Succeed.',
      args: saysWhat,
      run: (_, { comment = 'Success!' }) => ({ changes: {}, result: true, comment: pythonStr(comment) }),
    }),
    fail_without_changes: stateFn({
      doc: 'Fail.',
      args: saysWhat,
      run: ({ state }, { comment = 'Failure!' }) => ({
        changes: {},
        result: false,
        comment: state.test ? "If we weren't testing, this would be a failure!" : pythonStr(comment),
      }),
    }),
    succeed_with_changes: stateFn({
      doc: 'Succeed and pretend to have changed something.',
      args: saysWhat,
      run: ({ state }, { comment = 'Success!' }) => ({
        changes: pretended,
        result: state.test ? null : true,
        comment: state.test
          ? "If we weren't testing, this would be successful with changes"
          : pythonStr(comment),
      }),
    }),
    fail_with_changes: stateFn({
      doc: 'Fail and pretend to have changed something.',
      args: saysWhat,
      run: ({ state }, { comment = 'Failure!' }) => ({
        changes: pretended,
        result: state.test ? null : false,
        comment: state.test ? "If we weren't testing, this would be failed with changes" : pythonStr(comment),
      }),
    }),
    configurable_test_state: stateFn({
      doc: 'End as the arguments say.',
      args: {
        changes: arg.any('Whether to pretend changes: True, False or ``Random``.').default(true),
        result: arg.any('The result: True, False or ``Random``.').default(true),
        comment: arg.any('What the result says.').default(''),
        warnings: arg.any('A warning, or a list of them.').optional(),
        allow_test_mode_failure: arg
          .boolean('Whether a result of False stands when nothing may change.')
          .default(false),
      },
      run: ({ state }, args) => configured(state.test, args),
    }),
    show_notification: stateFn({
      doc: 'Succeed with a comment.',
      args: { text: arg.any('The comment.').optional(), ...others },
      run: (_, { text = '' }) => {
        if (!isTruthy(text)) throw new SaltError('ARGUMENTS_INVALID', 'Missing required argument text.')
        return { changes: {}, result: true, comment: pythonStr(text) }
      },
    }),
    check_pillar: stateFn({
      doc: 'Succeed when keys are in the pillar, and are of the type that is asked for.',
      args: pillarKeys,
      run: (ctx, args) => checkPillar(ctx, args),
    }),
    mod_watch: stateFn({
      doc: 'Called in place of a state that watches one which changed.',
      args: {
        sfun: arg.string('The function that was asked for.').optional(),
        result: arg.any('The result.').default(true),
        comment: arg.any('What the result says.').default('Watch statement fired.'),
        changes: arg.any('What it says has changed.').optional(),
        kwargs: arg.keywords('The other arguments of the state.'),
      },
      run: ({ state }, { result, comment, changes }) => ({
        result: isTruthy(result ?? null),
        comment: pythonStr(comment),
        changes: isMap(changes) ? changes : { 'Requisites with changes': changedOf(state) },
      }),
    }),
  },
})

interface Configured {
  readonly changes: unknown
  readonly result: unknown
  readonly comment: unknown
  readonly warnings?: unknown
  readonly allow_test_mode_failure: boolean
}

function configured(test: boolean, args: Configured): StateReturn {
  const { changes, result, comment, warnings, allow_test_mode_failure: mayFail } = args
  const text = pythonStr(comment ?? '')
  const decided = {
    changes: isChosen('changes', changes) ? pretended : {},
    result: isChosen('result', result),
    comment: text,
    ...(warnings === undefined || warnings === null ? {} : { warnings: warningsOf(warnings) }),
  }
  if (!test) return decided
  const tested = mayFail && result === false ? false : changes === false ? true : null
  return { ...decided, result: tested, comment: text || 'This is a test' }
}

function isChosen(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (pythonStr(value).toLowerCase() === 'random') return Math.random() < 0.5
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `You have specified the state option '${name}' with invalid arguments. It must be either True, False, or 'Random'`,
  )
}

function warningsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.map(pythonStr)
  throw new SaltError(
    'ARGUMENTS_INVALID',
    "You have specified the state option 'warnings' with invalid arguments. It must be a string or a list of strings",
  )
}

/** The watched states that changed, as `module: id`. */
function changedOf({ requisites, results }: Parameters<typeof tagsOf>[0]): readonly string[] {
  return tagsOf({ requisites, results }).map(([state, id]) => `${state}: ${id}`)
}

function tagsOf({
  requisites,
  results,
}: {
  readonly requisites: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
  readonly results: ReadonlyMap<string, { readonly changes: unknown }>
}): [string, string][] {
  return (requisites['watch'] ?? []).flatMap((low) => {
    const [state, id, name, fun] = [low['state'], low['__id__'], low['name'], low['fun']].map(pythonStr)
    const changes = results.get([state, id, name, fun].join('_|-'))?.changes
    return isMap(changes) && entriesOf(changes).length > 0 ? [[state ?? '', id ?? '']] : []
  })
}
