// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, isTruthy, pythonStr } from '@halite/core'
import { arg, defineState, type StateContext, type StateReturn, stateFn } from '@halite/loader'
import { permanent, updateMinion } from '../execution/environ/arguments.ts'

/** `environ`: the environment of the states that follow. */
export default defineState({
  name: 'environ',
  doc: 'Sets variables of the environment for the rest of the run.',
  functions: {
    setenv: stateFn({
      doc: 'Set the variable that ``name`` names, or those of a map.',
      examples: [`salt '*' state.single environ.setenv name=LANG value=C`],
      args: {
        value: arg.any(
          'Its value, ``False`` for none; or a map of variables, and then the name is only a name.',
        ),
        false_unsets: arg.boolean('``False`` unsets a variable; else it becomes empty.').default(false),
        clear_all: arg.boolean('Clear all variables that are not named.').default(false),
        update_minion: updateMinion,
        permanent,
      },
      run: (ctx, args) => setenv(ctx, args),
    }),
  },
})

interface Setenv {
  readonly name: string
  readonly value: unknown
  readonly false_unsets: boolean
  readonly clear_all: boolean
  readonly update_minion: boolean
}

async function setenv(ctx: StateContext, { name, value, ...how }: Setenv): Promise<StateReturn> {
  if (typeof value !== 'string' && value !== false && !isMap(value)) {
    return { changes: {}, result: false, comment: 'Environ value must be string, dict or False' }
  }
  const environ = isMap(value) ? textKeys(value) : { [name]: value }
  const planned = {
    ...(how.clear_all ? cleared(environ, how.false_unsets) : {}),
    ...changed(environ, how.false_unsets),
  }
  const isSet = Object.keys(planned).length === 0
  if (ctx.state.test) {
    const comment = isSet
      ? 'Environ values are already set with the correct values'
      : 'Environ values will be changed'
    // True though it would change something: so Salt says it.
    return { changes: planned, result: true, comment }
  }
  if (isSet) {
    return { changes: {}, result: true, comment: 'Environ values were already set with the correct values' }
  }
  const changes = await ctx.call('environ.setenv', { environ, ...how })
  if (!isMap(changes) || !isTruthy(changes)) {
    return { changes: planned, result: false, comment: 'Failed to set environ variables' }
  }
  return { changes, result: true, comment: 'Environ values were set' }
}

type Variables = Readonly<Record<string, unknown>>

function textKeys(value: Parameters<typeof entriesOf>[0]): Variables {
  return Object.fromEntries(entriesOf(value).map(([key, each]) => [pythonStr(key), each]))
}

function cleared(environ: Variables, unsets: boolean): Variables {
  const others = Object.keys(process.env).filter((key) => !Object.hasOwn(environ, key))
  return Object.fromEntries(others.map((key) => [key, unsets ? null : '']))
}

/** What differs from the environment as it is. */
function changed(environ: Variables, unsets: boolean): Variables {
  const differing = Object.entries(environ).filter(([key, value]) => {
    const now = process.env[key]
    if (value === false) return unsets ? now !== undefined : now !== ''
    return (now ?? '') !== value
  })
  return Object.fromEntries(
    differing.map(([key, value]) => [key, value === false ? (unsets ? null : '') : value]),
  )
}
