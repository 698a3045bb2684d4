// SPDX-License-Identifier: Apache-2.0
import { createHash, getHashes } from 'node:crypto'
import {
  integerOf,
  isInteger,
  messageOf,
  parseEncoding,
  pythonStr,
  type RandomBits,
  randomBelow,
  randomSample,
  SaltError,
  secureBits,
  seededBits,
} from '@halite/core'
import { arg, defineModule, fn } from '@halite/loader'
import { shadowHash } from './parts/crypt/shadow-hash.ts'
import { secureText } from './random/text.ts'

const seed = arg.bytes('The same seed gives the same result; default one that nobody knows.').optional()

/** Characters of a class, in or out. */
const flag = (what: string, fallback: boolean) =>
  arg.boolean(`Whether there may be ${what}.`).default(fallback)

const textArguments = {
  length: arg.integer('How many characters.').default(20),
  chars: arg.string('The characters to choose from, in place of the classes.').optional(),
  lowercase: flag('lower-case letters', true),
  uppercase: flag('upper-case letters', true),
  digits: flag('digits', true),
  punctuation: flag('punctuation', true),
  whitespace: flag('white space', false),
  printable: arg.boolean('All classes, in place of everything else.').default(false),
}

/** `random`: numbers and texts that nobody can foresee, unless a seed says what they are. */
export default defineModule({
  name: 'mod_random',
  virtual: 'random',
  doc: 'Random numbers, texts and choices, and hashes. Without a seed nobody can foresee them.',
  functions: {
    get_str: fn({
      doc: 'Return a random text, good for a password.',
      examples: [
        "salt '*' random.get_str 128",
        "salt '*' random.get_str 128 chars='abc123.!()'",
        "salt '*' random.get_str 128 lowercase=False whitespace=True",
      ],
      args: textArguments,
      run: (_ctx, { length, ...characters }) => secureText(length, characters),
    }),
    hash: fn({
      doc: 'Return the hash of a text in hexadecimal digits.',
      examples: ["salt '*' random.hash 'I am a string' md5"],
      args: {
        value: arg.bytes('The text.'),
        algorithm: arg.string("One that Python's hashlib knows.").default('sha512'),
      },
      run: (_ctx, { value, algorithm }) => createHash(hashNamed(algorithm)).update(value).digest('hex'),
    }),
    str_encode: fn({
      doc: 'Return a text in base64, or as bytes of an encoding.',
      examples: ["salt '*' random.str_encode 'I am a new string' base64"],
      args: {
        value: arg.string('The text.'),
        encoder: arg.string('``base64``, or the name of an encoding.').default('base64'),
      },
      run: (_ctx, { value, encoder }) =>
        encoder === 'base64' ? Buffer.from(value).toString('base64') : encoded(value, encoder),
    }),
    shadow_hash: fn({
      doc: 'Return a password as it stands in /etc/shadow.',
      examples: ["salt '*' random.shadow_hash 'My5alT' 'MyP@asswd' md5"],
      args: {
        crypt_salt: arg.string('The salt; default a random one.').optional(),
        password: arg.string('The password; default a random one.').optional(),
        algorithm: arg.string('``sha512``, ``sha256`` or ``md5``.').default('sha512'),
      },
      run: (_ctx, { crypt_salt: salt, password = randomPassword(), algorithm }) =>
        shadowHash({ salt, password, algorithm }),
    }),
    rand_int: fn({
      doc: 'Return a random whole number, ``start`` and ``end`` among the possible ones.',
      examples: ["salt '*' random.rand_int 1 10"],
      args: {
        start: arg.integer('The smallest one.').default(1),
        end: arg.integer('The largest one.').default(10),
        seed: arg.any('The same seed gives the same number; default one that nobody knows.').default(null),
      },
      run: (_ctx, { start, end, seed: given }) => {
        if (end < start) {
          throw new SaltError('ARGUMENTS_INVALID', `there is no number from ${start} to ${end}`)
        }
        const limit = BigInt(end) - BigInt(start) + 1n
        return integerOf(BigInt(start) + randomBelow(given === null ? secureBits : bitsOf(given), limit))
      },
    }),
    seed: fn({
      doc: 'Return a number below ``range`` that follows from a value; the same value always gives the same number, as under Salt.',
      examples: ["salt '*' random.seed 10 hash=None"],
      args: {
        range: arg.integer('What the number is below.').default(10),
        hash: arg.any('The value; default the id of the minion.').default(null),
      },
      run: (ctx, { range, hash }) => {
        if (range < 1) throw new SaltError('ARGUMENTS_INVALID', `range must be 1 or more, not ${range}`)
        return integerOf(randomBelow(bitsOf(hash ?? ctx.id), BigInt(range)))
      },
    }),
    sample: fn({
      doc: 'Return some items of a list in random order.',
      examples: [`salt '*' random.sample '["one", "two"]' 1 seed="something"`],
      args: { value: arg.list('The list.'), size: arg.integer('How many.'), seed },
      run: (_ctx, { value, size, seed: given }) => sampled(value, size, given),
    }),
    shuffle: fn({
      doc: 'Return a list in random order.',
      examples: [`salt '*' random.shuffle '["one", "two"]' seed="something"`],
      args: { value: arg.list('The list.'), seed },
      run: (_ctx, { value, seed: given }) => sampled(value, value.length, given),
    }),
  },
})

const blakeNames: Readonly<Record<string, string>> = { blake2b: 'blake2b512', blake2s: 'blake2s256' }

/** The name that Node has for a hash of Python's. */
function hashNamed(algorithm: string): string {
  const name = blakeNames[algorithm] ?? algorithm.replaceAll('_', '-')
  if (getHashes().includes(name)) return name
  throw new SaltError('ARGUMENTS_INVALID', `You must specify a valid algorithm. '${algorithm}' is not one.`, {
    hint: 'Try sha256 or sha512.',
  })
}

const encodings: Readonly<Record<string, BufferEncoding>> = {
  utf_8: 'utf8',
  ascii: 'ascii',
  latin_1: 'latin1',
  utf_16_le: 'utf16le',
}

/** The text in one of the encodings that need no tables. */
function encoded(value: string, encoder: string): Uint8Array {
  const encoding = encodings[nameOf(encoder)]
  if (encoding === undefined) {
    throw new SaltError('ARGUMENTS_INVALID', `You must specify a valid encoder. '${encoder}' is not one.`, {
      hint: 'Use base64, utf-8, utf-16-le, latin-1 or ascii.',
    })
  }
  const bytes = Buffer.from(value, encoding)
  if (bytes.toString(encoding) === value) return Uint8Array.from(bytes)
  throw new SaltError('ARGUMENTS_INVALID', `the text has characters that ${encoder} does not have`)
}

function nameOf(encoder: string): string {
  try {
    return parseEncoding(encoder)
  } catch {
    // The caller says which there are.
    return ''
  }
}

function randomPassword(): string {
  return secureText(20, {
    lowercase: true,
    uppercase: true,
    digits: true,
    punctuation: true,
    whitespace: false,
    printable: false,
  })
}

/** The numbers that Python's `random.seed` makes of a value. */
function bitsOf(value: unknown): RandomBits {
  if (typeof value === 'string' || value instanceof Uint8Array) return seededBits(value)
  if (typeof value === 'boolean') return seededBits(value ? 1n : 0n)
  if (isInteger(value)) return seededBits(BigInt(value))
  throw new SaltError('ARGUMENTS_INVALID', `a seed must be text or a whole number, not ${pythonStr(value)}`)
}

/** With a seed as Salt draws it: by the SHA-512 of the seed. */
function sampled(items: readonly unknown[], size: number, given: Uint8Array | undefined): unknown[] {
  const bits = given === undefined ? secureBits : seededBits(createHash('sha512').update(given).digest('hex'))
  try {
    return randomSample(bits, items, size)
  } catch (error) {
    throw new SaltError('ARGUMENTS_INVALID', messageOf(error), { cause: error })
  }
}
