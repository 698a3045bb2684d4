// SPDX-License-Identifier: Apache-2.0
import { equal, hasKey, keysOf, valueAt, valuesOf, withEntry, withoutKey } from '@halite/core'
import { arg, defineModule, fn } from '@halite/loader'
import { changeStore, clearStore, givenMap, readStore } from './data/store.ts'

const key = arg.any('The key.')

/** `data`: values that the minion keeps between jobs. */
export default defineModule({
  name: 'data',
  doc: 'Keeps values between jobs, in the file ``datastore`` of the cache directory.',
  functions: {
    clear: fn({
      doc: 'Forget all values. Returns ``True``.',
      examples: ["salt '*' data.clear"],
      run: async (ctx) => clearStore(ctx),
    }),
    load: fn({
      doc: 'Return all values.',
      examples: ["salt '*' data.load"],
      run: (ctx) => readStore(ctx),
    }),
    dump: fn({
      doc: 'Keep these values in place of all others. Returns ``True``, and ``False`` for what is no map.',
      examples: [`salt '*' data.dump '{"eggs": "spam"}'`],
      args: { new_data: arg.any('The values: a map, or the text of one.') },
      run: async (ctx, { new_data: given }) => {
        const data = givenMap(given)
        if (data === undefined) return false
        await changeStore(ctx, () => data)
        return true
      },
    }),
    update: fn({
      doc: 'Keep a value under a key. Returns ``True``.',
      examples: ["salt '*' data.update <key> <value>"],
      args: { key, value: arg.any('The value.') },
      run: async (ctx, { key: at, value }) => {
        await changeStore(ctx, (store) => withEntry(store, at, value))
        return true
      },
    }),
    cas: fn({
      doc: 'Replace a value only if it is what is expected. Returns whether it was.',
      examples: ["salt '*' data.cas <key> <value> <old_value>"],
      args: { key, value: arg.any('The new value.'), old_value: arg.any('What is expected.') },
      run: async (ctx, { key: at, value, old_value: old }) => {
        let isReplaced = false
        await changeStore(ctx, (store) => {
          isReplaced = hasKey(store, at) && equal(valueAt(store, at), old)
          return isReplaced ? withEntry(store, at, value) : store
        })
        return isReplaced
      },
    }),
    pop: fn({
      doc: 'Return a value and forget it.',
      examples: ["salt '*' data.pop <key> 'there was no val'"],
      args: { key, default: arg.any('What to return when there is none.').default(null) },
      run: async (ctx, { key: at, default: fallback }) => {
        let value: unknown = fallback
        await changeStore(ctx, (store) => {
          if (!hasKey(store, at)) return store
          value = valueAt(store, at)
          return withoutKey(store, at)
        })
        return value
      },
    }),
    get: fn({
      doc: 'Return a value, or of a list of keys the list of those that are there.',
      examples: ["salt '*' data.get key", "salt '*' data.get '[key1, key2]'"],
      args: {
        key: arg.any('The key, or a list of them.'),
        default: arg.any('What stands for one that is not there.').default(null),
      },
      run: async (ctx, { key: at, default: fallback }) => {
        const store = await readStore(ctx)
        const one = (each: unknown) => (hasKey(store, each) ? valueAt(store, each) : fallback)
        if (!Array.isArray(at)) return one(at)
        return (fallback === null ? at.filter((each) => hasKey(store, each)) : at).map(one)
      },
    }),
    keys: fn({
      doc: 'Return all keys.',
      examples: ["salt '*' data.keys"],
      run: async (ctx) => [...keysOf(await readStore(ctx))],
    }),
    values: fn({
      doc: 'Return all values without their keys.',
      examples: ["salt '*' data.values"],
      run: async (ctx) => [...valuesOf(await readStore(ctx))],
    }),
    items: fn({
      doc: 'Return all values by key.',
      examples: ["salt '*' data.items"],
      run: (ctx) => readStore(ctx),
    }),
    has_key: fn({
      doc: 'Return whether there is a value under a key.',
      examples: ["salt '*' data.has_key <key>"],
      args: { key },
      run: async (ctx, { key: at }) => hasKey(await readStore(ctx), at),
    }),
  },
})
