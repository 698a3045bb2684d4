// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { type Serializer, serializers } from '@halite/rendering/serializers'

const serializer = arg.string('``json``, ``yaml``, ``python``, ``toml``, ``keyvalue`` or ``configparser``.')

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
      const unknown = Object.keys(mod_kwargs).find(
        (key) => !key.startsWith('__') && !format.options.includes(key),
      )
      if (unknown !== undefined) {
        const known = format.options.length === 0 ? 'none' : format.options.join(', ')
        throw new SaltError('ARGUMENTS_INVALID', `${name} has no option ${unknown}; there are: ${known}`)
      }
      return told(name, () => format.serialize(obj, mod_kwargs))
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
      mod_kwargs: arg.keywords('Options; none has a meaning here.'),
    },
    run: (_ctx, { serializer: name, stream_or_string: text }) => {
      const { deserialize } = formatOf(name)
      if (deserialize === undefined) {
        throw new SaltError('COMMAND_FAILED', `Serializer '${name}' does not implement deserialize.`)
      }
      return typeof text === 'string' ? told(name, () => deserialize(text)) : text
    },
  }),
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
