// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { append, listAbsent, listPresent } from './grains/lists.ts'
import { absent, exists, present } from './grains/value.ts'

const delimiter = arg.string('What separates the keys of the path.').default(':')
const force = arg.boolean('Replace lists and maps as well.').default(false)
const value = arg.any('The value.')

/** `grains`: static grains as states. */
export default defineState({
  name: 'grains',
  doc: 'Keeps static grains, which lie in the file ``grains`` beside the configuration. ``name`` is a grain, or a path of keys to a value inside one, ``app:port``.',
  functions: {
    exists: stateFn({
      doc: 'Succeed when the grain exists; change nothing.',
      args: { delimiter },
      run: (ctx, args) => exists(ctx, args),
    }),
    present: stateFn({
      doc: 'Give the grain this value. A list or map is only replaced by force.',
      examples: [`salt '*' state.single grains.present name=roles value=web`],
      args: { value, delimiter, force },
      run: (ctx, args) => present(ctx, args),
    }),
    list_present: stateFn({
      doc: 'Have a value, or each of a list of them, in a grain that is a list. A grain that does not exist is made.',
      args: { value, delimiter },
      run: (ctx, args) => listPresent(ctx, args),
    }),
    list_absent: stateFn({
      doc: 'Have a value, or each of a list of them, no more in a grain that is a list.',
      args: { value, delimiter },
      run: (ctx, args) => listAbsent(ctx, args),
    }),
    absent: stateFn({
      doc: 'Give the grain the value None, or remove it.',
      args: {
        destructive: arg.boolean('Remove the grain itself.').default(false),
        delimiter,
        force,
      },
      run: (ctx, args) => absent(ctx, args),
    }),
    append: stateFn({
      doc: 'Add a value to a grain that is a list and exists.',
      args: {
        value,
        convert: arg.boolean('Make a list of a grain that is not one.').default(false),
        delimiter,
      },
      run: (ctx, args) => append(ctx, args),
    }),
  },
})
