// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, fn } from '@halite/loader'
import { setFunctions } from './environ/set.ts'

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
    ...setFunctions,
  },
})
