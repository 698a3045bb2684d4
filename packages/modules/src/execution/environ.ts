// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { arg, defineModule, fn } from '@halite/loader'

const key = arg.string('Name of the variable.')

/** `environ`: the environment of the process that runs the job. */
export default defineModule({
  name: 'environ',
  doc: 'Reads the environment of the minion, and changes it for the rest of the job.',
  functions: {
    get: fn({
      doc: 'Return a variable.',
      examples: ["salt '*' environ.get PATH"],
      args: { key, default: arg.any('What to return when it is not set.').default('') },
      run: (_ctx, { key: name, default: fallback }) => process.env[name] ?? fallback,
    }),
    has_value: fn({
      doc: 'Return whether a variable is set, or has this value.',
      examples: ["salt '*' environ.has_value PATH"],
      args: { key, value: arg.string('The value.').optional() },
      run: (_ctx, { key: name, value }) =>
        value === undefined ? process.env[name] !== undefined : process.env[name] === value,
    }),
    item: fn({
      doc: 'Return a map of variables.',
      examples: ["salt '*' environ.item '[PATH, HOME]'"],
      args: {
        keys: arg.list('Their names.', arg.string('A name.')),
        default: arg.any('What stands for one that is not set.').default(''),
      },
      run: (_ctx, { keys, default: fallback }) =>
        Object.fromEntries(keys.map((name) => [name, process.env[name] ?? fallback])),
    }),
    items: fn({
      doc: 'Return all variables.',
      examples: ["salt '*' environ.items"],
      run: () => ({ ...process.env }),
    }),
    setval: fn({
      doc: 'Set a variable for the rest of the job. Returns its value, ``None`` when it was unset, ``False`` for what is no text.',
      examples: [
        "salt '*' environ.setval foo bar",
        "salt '*' environ.setval baz val=False false_unsets=True",
      ],
      args: {
        key,
        val: arg.any('The value; ``False`` for none.'),
        false_unsets: arg.boolean('``False`` unsets the variable; else it becomes empty.').default(false),
        permanent: arg.unsupported(false, 'nothing is changed beyond the job'),
      },
      run: (ctx, { key: name, val, false_unsets: unsets }) => {
        if (val === false && unsets) {
          delete process.env[name]
          return null
        }
        const text = val === false ? '' : val
        if (typeof text !== 'string') {
          ctx.log.debug(`environ.setval: the value of ${name} is no text: ${pythonStr(val)}`)
          return false
        }
        process.env[name] = text
        return text
      },
    }),
  },
})
