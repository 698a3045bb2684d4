// SPDX-License-Identifier: Apache-2.0
import { pythonRepr, pythonTupleRepr, pythonTypeName } from '@halite/core'
import { arg, fn } from '@halite/loader'

const anyArguments = {
  args: arg.rest('Any positional values.'),
  kwargs: arg.keywords('Any keywords; the facts of the job join them as ``__pub_*``.'),
}

/** The functions of `test` that show which arguments arrived. */
export const argumentFunctions = {
  arg: fn({
    doc: 'Return the arguments as they arrived.',
    examples: ['salt \'*\' test.arg 1 "two" 3.1 txt="hello" wow=\'{a: 1, b: "hello"}\''],
    args: anyArguments,
    inline: true,
    run: (_ctx, { args, kwargs }) => ({ args, kwargs }),
  }),
  kwarg: fn({
    doc: 'Return the keywords as they arrived.',
    examples: ['salt \'*\' test.kwarg num=1 txt="two" env=\'{a: 1, b: "hello"}\''],
    args: { kwargs: anyArguments.kwargs },
    inline: true,
    run: (_ctx, { kwargs }) => kwargs,
  }),
  arg_type: fn({
    doc: 'Return the type of each argument, in the words of Python.',
    examples: ["salt '*' test.arg_type 1 'int'"],
    args: anyArguments,
    inline: true,
    run: (_ctx, { args, kwargs }) => ({ args: args.map(typeText), kwargs: mapValues(kwargs, typeText) }),
  }),
  arg_repr: fn({
    doc: 'Return the arguments as Python literals.',
    examples: ['salt \'*\' test.arg_repr 1 "two" 3.1 txt="hello"'],
    args: anyArguments,
    inline: true,
    run: (_ctx, { args, kwargs }) => ({ args: pythonTupleRepr(args), kwargs: pythonRepr(kwargs) }),
  }),
  arg_clean: fn({
    doc: 'Return the arguments without the ``__pub_*`` keywords.',
    examples: ['salt \'*\' test.arg_clean 1 "two" 3.1 txt="hello"'],
    args: anyArguments,
    inline: true,
    run: (_ctx, { args, kwargs }) => ({ args, kwargs: withoutDunders(kwargs) }),
  }),
}

/** Keywords without those that start with two underscores, which the system adds. */
export function withoutDunders(kwargs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargs).filter(([key]) => !key.startsWith('__')))
}

function typeText(value: unknown): string {
  return `<class '${pythonTypeName(value)}'>`
}

function mapValues<T>(
  map: Readonly<Record<string, unknown>>,
  change: (value: unknown) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]))
}
