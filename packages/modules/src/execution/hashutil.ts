// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, getHashes, timingSafeEqual } from 'node:crypto'
import { decodeBase64, messageOf, SaltError, textOrBytes } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { writeAt } from './file/place.ts'

const instr = arg.bytes('The text, or bytes.')
const string = arg.bytes('What was signed.')
const secret = arg.bytes('The secret that both sides know.')
const checksums = ['md5', 'sha256', 'sha512']
const checksum = arg.string('``md5``, ``sha256`` or ``sha512``.').default('md5')
/** The characters of a line of base64, and the bytes they stand for. */
const lineLength = 76

/** `hashutil`: hashes, signatures and base64. */
export default defineModule({
  name: 'hashutil',
  doc: 'Hashes and signatures of texts and files, and base64.',
  functions: {
    digest: fn({
      doc: 'Return the hash of a text in hexadecimal digits.',
      examples: ["salt '*' hashutil.digest 'get salted'", "salt '*' hashutil.digest 'get salted' sha256"],
      args: { instr, checksum },
      run: (_ctx, { instr: bytes, checksum: type }) => digest(known(type), bytes),
    }),
    digest_file: fn({
      doc: 'Return the hash of a file in hexadecimal digits.',
      examples: ["salt '*' hashutil.digest_file /path/to/file"],
      args: { infile: arg.path('The file.'), checksum },
      run: async (ctx, { infile, checksum: type }) => {
        if (!(await ctx.fs.isFile(infile))) {
          throw new SaltError('COMMAND_FAILED', `File path '${infile}' not found.`)
        }
        return ctx.fs.hash(infile, known(type))
      },
    }),
    md5_digest: digestFunction('md5'),
    sha256_digest: digestFunction('sha256'),
    sha512_digest: digestFunction('sha512'),
    base64_b64encode: fn({
      doc: 'Return a text in base64, on one line.',
      examples: ["salt '*' hashutil.base64_b64encode 'get salted'"],
      args: { instr },
      run: (_ctx, { instr: bytes }) => Buffer.from(bytes).toString('base64'),
    }),
    base64_b64decode: fn({
      doc: 'Return what a base64 text stands for: text, or bytes that are no text.',
      examples: ["salt '*' hashutil.base64_b64decode 'Z2V0IHNhbHRlZA=='"],
      args: { instr },
      run: (_ctx, { instr: bytes }) => textOrBytes(decoded(bytes)),
    }),
    base64_encodestring: fn({
      doc: 'Return a text in base64 with a line break after every 76 characters and at the end.',
      examples: ["salt '*' hashutil.base64_encodestring 'get salted'"],
      args: { instr },
      run: (_ctx, { instr: bytes }) => encodedLines(bytes),
    }),
    base64_decodestring: fn({
      doc: 'Return what a base64 text of several lines stands for: text, or bytes that are no text.',
      examples: ["salt '*' hashutil.base64_decodestring instr='Z2V0IHNhbHRlZAo='"],
      args: { instr },
      run: (_ctx, { instr: bytes }) => textOrBytes(decoded(bytes)),
    }),
    base64_encodefile: fn({
      doc: 'Return the content of a file in base64, as ``hashutil.base64_encodestring`` does.',
      examples: ["salt '*' hashutil.base64_encodefile /path/to/binary_file"],
      args: { fname: arg.path('The file.') },
      run: async (ctx, { fname }) => encodedLines(await ctx.fs.read(fname)),
    }),
    base64_decodefile: fn({
      doc: 'Write what a base64 text stands for to a file. Returns ``True``.',
      examples: [
        "salt '*' hashutil.base64_decodefile instr='Z2V0IHNhbHRlZAo=' outfile='/path/to/binary_file'",
      ],
      args: { instr, outfile: arg.path('The file.') },
      run: (ctx, { instr: bytes, outfile }) => decodeTo(ctx, outfile, bytes),
    }),
    hmac_signature: fn({
      doc: 'Return whether a signature, HMAC with SHA-256 in base64, is that of a text.',
      examples: [
        "salt '*' hashutil.hmac_signature 'get salted' 'shared secret' 'eBWf9bstXg+NiP5AOwppB5HMvZiYMPzEM9W5YMm/AmQ='",
      ],
      args: { string, shared_secret: secret, challenge_hmac: arg.bytes('The signature.') },
      run: (_ctx, { string: text, shared_secret: key, challenge_hmac: challenge }) =>
        isSame(Buffer.from(hmac('sha256', { key, text }).toString('base64')), challenge),
    }),
    hmac_compute: fn({
      doc: 'Return the signature of a text, HMAC with SHA-256, in hexadecimal digits.',
      examples: ["salt '*' hashutil.hmac_compute 'get salted' 'shared secret'"],
      args: { string, shared_secret: secret },
      run: (_ctx, { string: text, shared_secret: key }) => hmac('sha256', { key, text }).toString('hex'),
    }),
    github_signature: fn({
      doc: 'Return whether a signature, as GitHub sends it with a webhook, is that of a text.',
      examples: [
        `salt '*' hashutil.github_signature '{"ref":....} ' 'shared secret' 'sha1=bc6550fc290acf5b42283fa8deaf55cea0f8c206'`,
      ],
      args: {
        string,
        shared_secret: secret,
        challenge_hmac: arg.string('The signature: ``<hash>=<hexadecimal digits>``.'),
      },
      run: (_ctx, { string: text, shared_secret: key, challenge_hmac: challenge }) => {
        const [, type = '', digits = ''] = /^([^=]+)=([^=]*)$/.exec(challenge) ?? []
        if (!getHashes().includes(type)) throw noSignature(challenge)
        return isSame(Buffer.from(hmac(type, { key, text }).toString('hex')), Buffer.from(digits))
      },
    }),
  },
})

function digestFunction(type: string) {
  return fn({
    doc: `Return the ${type} hash of a text in hexadecimal digits.`,
    examples: [`salt '*' hashutil.${type}_digest 'get salted'`],
    args: { instr },
    run: (_ctx, { instr: bytes }) => digest(type, bytes),
  })
}

function known(type: string): string {
  if (checksums.includes(type)) return type
  throw new SaltError('ARGUMENTS_INVALID', `Hash func '${type}' is not supported.`, {
    hint: `Use one of: ${checksums.join(', ')}.`,
  })
}

function digest(type: string, bytes: Uint8Array): string {
  return createHash(type).update(bytes).digest('hex')
}

interface Signed {
  readonly key: Uint8Array
  readonly text: Uint8Array
}

function hmac(type: string, { key, text }: Signed): Buffer {
  return createHmac(type, key).update(text).digest()
}

/** Takes the same time wherever they differ. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

function noSignature(challenge: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `challenge_hmac is no signature of GitHub: '${challenge}'`, {
    hint: 'Give what the header of the webhook says, such as sha256=<hexadecimal digits>.',
  })
}

function encodedLines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64')
  return text.replace(new RegExp(`.{1,${lineLength}}`, 'g'), '$&\n')
}

function decoded(bytes: Uint8Array): Uint8Array {
  try {
    return decodeBase64(Buffer.from(bytes).toString('latin1'))
  } catch (error) {
    throw new SaltError('ARGUMENTS_INVALID', messageOf(error), { cause: error })
  }
}

async function decodeTo(ctx: ExecContext, path: string, text: Uint8Array): Promise<true> {
  await writeAt(ctx, path, { data: decoded(text) })
  return true
}
