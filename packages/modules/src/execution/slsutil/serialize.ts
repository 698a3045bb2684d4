// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, SaltError, textOrBytes } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { type Serializer, serializers } from '@halite/rendering/serializers'

const serializer = arg.string(
  '``json``, ``yaml``, ``python``, ``toml``, ``keyvalue``, ``configparser`` or ``plist``.',
)

/** Functions of `slsutil` between data and text. */
export const serializeFunctions = {
  serialize: fn({
    doc: 'Return data as text in a format.',
    examples: ["salt '*' slsutil.serialize json '{foo: Foo!}'"],
    args: {
      serializer,
      obj: arg.any('The data.'),
      mod_kwargs: arg.keywords('Options of the format, such as ``indent`` and ``default_flow_style``.'),
    },
    run: (_ctx, { serializer: name, obj, mod_kwargs }) => {
      const format = formatOf(name)
      checkOptions(name, mod_kwargs, format.options)
      const made = told(name, () => format.serialize(obj, mod_kwargs))
      return typeof made === 'string' ? made : textOrBytes(made)
    },
  }),
  deserialize: fn({
    doc: 'Return the data of a text in a format.',
    examples: ["salt '*' slsutil.deserialize yaml stream_or_string='foo: Foo'"],
    args: {
      serializer,
      stream_or_string: arg.any(
        'The text. What a command line has read as data already is returned as it is.',
      ),
      mod_kwargs: arg.keywords('Options of the format, such as ``defaults`` of configparser.'),
    },
    run: (_ctx, { serializer: name, stream_or_string: text, mod_kwargs: options }) => {
      const { deserialize, readOptions = [] } = formatOf(name)
      if (deserialize === undefined) {
        throw new SaltError('COMMAND_FAILED', `Serializer '${name}' does not implement deserialize.`)
      }
      if (typeof text !== 'string') return text
      checkOptions(name, options, readOptions)
      return told(name, () => deserialize(text, options))
    },
  }),
}

function checkOptions(
  name: string,
  given: Readonly<Record<string, unknown>>,
  options: readonly string[],
): void {
  const unknown = Object.keys(given).find((key) => !key.startsWith('__') && !options.includes(key))
  if (unknown === undefined) return
  const known = options.length === 0 ? 'none' : options.join(', ')
  throw new SaltError('ARGUMENTS_INVALID', `${name} has no option ${unknown}; there are: ${known}`)
}

function formatOf(name: string): Serializer {
  const found = serializers.get(name)
  if (found !== undefined) return found
  throw new SaltError('COMMAND_FAILED', `Serializer '${name}' not found.`, {
    hint: `There are ${[...serializers.keys()].join(', ')}.`,
  })
}

/** Errors of libraries as those of the caller's data. */
function told<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (isSaltError(cause)) throw cause
    throw new SaltError('COMMAND_FAILED', `${name}: ${messageOf(cause)}`, { cause })
  }
}
