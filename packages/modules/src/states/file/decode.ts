// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { pythonStr, SaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { digestOf } from '../../execution/file/hashes.ts'
import { atPlace } from '../../execution/file/place.ts'
import { lookUp } from '../../execution/parts/look-up.ts'
import { failure, success } from './result.ts'

/** The arguments of `file.decode`. */
export const decodeArguments = {
  encoded_data: arg.string('Its content in base64.').optional(),
  contents_pillar: arg.string('The path of that in the pillar.').optional(),
  encoding_type: arg.choice('How it is encoded.', ['base64']).default('base64'),
  checksum: arg.string('The kind of hash that changes are shown by.').default('md5'),
}

type DecodeValues = Values<typeof decodeArguments> & { readonly name: string }

/** `file.decode`. */
export async function decode(ctx: StateContext, args: DecodeValues): Promise<StateReturn> {
  const { name, checksum } = args
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  const data = decoded(encodedOf(ctx, args))
  const hash = hashOf(data, checksum)
  const old = (await ctx.fs.isFile(name)) ? await digestOf(ctx, name, checksum) : null
  if (old === hash) return success('File is in the correct state.')
  const changes = { old, new: hash }
  // As in Salt: of a file that is not there nothing is shown.
  if (ctx.state.test)
    return { changes: old === null ? {} : changes, result: null, comment: 'File is set to be updated.' }
  const work = (place: string) => ctx.fs.write(place, data, { durable: false })
  await atPlace(ctx, name, { followLinks: true, work })
  return { changes, result: true, comment: 'File was updated.' }
}

function encodedOf(ctx: StateContext, { encoded_data: given, contents_pillar: key }: DecodeValues): string {
  if (!given && !key)
    throw new SaltError('COMMAND_FAILED', "Specify either the 'encoded_data' or 'contents_pillar' argument.")
  if (given && key)
    throw new SaltError('COMMAND_FAILED', "Specify only one 'encoded_data' or 'contents_pillar' argument.")
  if (given) return given
  const missing = {}
  const found = lookUp(ctx.pillar, (key ?? '').split(':'), missing)
  if (found === missing) throw new SaltError('COMMAND_FAILED', 'Pillar data not found.')
  return pythonStr(found)
}

function decoded(text: string): Buffer {
  const bare = text.replace(/\s/g, '')
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(bare) && bare.length % 4 === 0) return Buffer.from(bare, 'base64')
  throw new SaltError('COMMAND_FAILED', 'The data is no base64: its length or a character is wrong.')
}

function hashOf(data: Buffer, kind: string): string {
  try {
    return createHash(kind).update(data).digest('hex')
  } catch {
    throw new SaltError('COMMAND_FAILED', `Invalid hash type: ${kind}`)
  }
}
