// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { permanent, updateMinion } from './arguments.ts'

/** The functions of `environ` that change the environment of the job. */
export const setFunctions = {
  setval: fn({
    doc: 'Set a variable for the rest of the job. Returns its value, ``None`` when it was unset, ``False`` for what is no text.',
    examples: ["salt '*' environ.setval foo bar", "salt '*' environ.setval baz val=False false_unsets=True"],
    args: {
      key: arg.string('Name of the variable.'),
      val: arg.any('The value; ``False`` for none.'),
      false_unsets: arg.boolean('``False`` unsets the variable; else it becomes empty.').default(false),
      permanent,
    },
    run: (ctx, { key, val, false_unsets: unsets }) => setVariable(ctx, key, { val, unsets }),
  }),
  setenv: fn({
    doc: 'Set variables for the rest of the job. Returns what became of each, as ``environ.setval`` does, and ``False`` when a value is no text.',
    examples: [
      `salt '*' environ.setenv '{"foo": "bar", "baz": "quux"}'`,
      `salt '*' environ.setenv '{"a": "b", "c": False}' false_unsets=True`,
    ],
    args: {
      environ: arg.map('Values by name; ``False`` for none.'),
      false_unsets: arg.boolean('``False`` unsets a variable; else it becomes empty.').default(false),
      clear_all: arg.boolean('Clear all variables that are not named.').default(false),
      update_minion: updateMinion,
      permanent,
    },
    run: (ctx, { environ, false_unsets: unsets, clear_all: clears }) => {
      const others = clears ? Object.keys(process.env).filter((key) => !Object.hasOwn(environ, key)) : []
      const wanted = [...others.map((key) => [key, false] as const), ...Object.entries(environ)]
      if (wanted.some(([, val]) => val !== false && typeof val !== 'string')) return false
      return Object.fromEntries(wanted.map(([key, val]) => [key, setVariable(ctx, key, { val, unsets })]))
    },
  }),
}

interface Setting {
  readonly val: unknown
  /** `False` unsets the variable; else it becomes empty. */
  readonly unsets: boolean
}

function setVariable(ctx: ExecContext, key: string, { val, unsets }: Setting): string | false | null {
  if (val === false && unsets) {
    delete process.env[key]
    return null
  }
  const text = val === false ? '' : val
  if (typeof text !== 'string') {
    ctx.log.debug(`environ: the value of ${key} is no text: ${pythonStr(val)}`)
    return false
  }
  process.env[key] = text
  return text
}
