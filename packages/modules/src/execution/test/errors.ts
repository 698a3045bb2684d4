// SPDX-License-Identifier: Apache-2.0
import { isTruthy, messageOf, pythonStr, SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { withoutDunders } from './arguments.ts'

/** An error of whatever name is wanted, shown as `Name: message`. */
class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
    // The trace was headed with the name of the class.
    this.stack = this.stack?.replace(/^[^\n]*/, `${name}: ${message}`)
  }
}

/** The functions of `test` that fail, and the one that catches failures. */
export const errorFunctions = {
  exception: fn({
    doc: 'Fail with an exception, to see how it is shown.',
    examples: ["salt '*' test.exception 'Oh noes!'"],
    args: { message: arg.string('The message of the exception.').default('Test Exception') },
    inline: true,
    run: (_ctx, { message }) => {
      throw new NamedError('Exception', message)
    },
  }),
  raise_exception: fn({
    doc: 'Fail with an exception of a given name. ``CommandExecutionError`` and ``SaltInvocationError`` are returned as modules that cannot do their work, or were called wrongly, return them.',
    examples: ["salt '*' test.raise_exception TypeError 'An integer is required'"],
    args: {
      name: arg.string('The name of the exception; a path in front of it is ignored.'),
      args: arg.rest('The message, in parts.'),
    },
    inline: true,
    run: (_ctx, { name, args }) => {
      throw namedError(name.slice(name.lastIndexOf('.') + 1), args.map(pythonStr).join(' '))
    },
  }),
  assertion: fn({
    doc: 'Fail with an ``AssertionError`` unless what is given holds; return ``None`` otherwise.',
    examples: ["salt '*' test.assertion False"],
    args: { assertion: arg.any('What must hold: anything that Python takes for true.') },
    inline: true,
    run: (_ctx, { assertion }) => {
      if (!isTruthy(assertion)) throw new NamedError('AssertionError', '')
    },
  }),
  try: fn({
    doc: 'Call a function and return what it returns, or ``None`` when it fails.',
    examples: ["salt '*' test.try cmd.run cmd='exit 1'"],
    args: {
      module: arg.string('The function, ``module.function``.'),
      return_try_exception: arg
        .boolean('Return the message of a failure instead of ``None``.')
        .default(false),
      kwargs: arg.keywords('The arguments of the function, by name.'),
    },
    run: async (ctx, { module, return_try_exception, kwargs }) => {
      try {
        return await ctx.call(module, withoutDunders(kwargs))
      } catch (error) {
        return return_try_exception ? messageOf(error) : null
      }
    },
  }),
  stack: fn({
    doc: 'Return the stack of calls that leads here.',
    examples: ["salt '*' test.stack"],
    inline: true,
    run: () => new Error('stack').stack?.split('\n').slice(1).join('\n') ?? '',
  }),
  deprecation_warning: fn({
    doc: 'Log a warning of the kind that precedes the removal of a function, and return ``True``.',
    examples: ["salt '*' test.deprecation_warning"],
    inline: true,
    run: (ctx) => {
      ctx.log.warning('test.deprecation_warning was called: a warning without consequence')
      return true
    },
  }),
}

function namedError(name: string, message: string): Error {
  if (name === 'CommandExecutionError') return new SaltError('COMMAND_FAILED', message)
  if (name === 'SaltInvocationError') return new SaltError('ARGUMENTS_INVALID', message)
  return new NamedError(name, message)
}
