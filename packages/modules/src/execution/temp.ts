// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { randomSample, SaltError, secureBits, systemCodeOf } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'

const nameCharacters = [...'abcdefghijklmnopqrstuvwxyz0123456789_']
const nameLength = 8
const mostAttempts = 100

const placeArguments = {
  suffix: arg.string('What its name ends with.').default(''),
  prefix: arg.string('What its name begins with.').default('tmp'),
  parent: arg.path('The directory it is made in; default that of the system.').optional(),
}

interface Place {
  readonly suffix: string
  readonly prefix: string
  readonly parent?: string | undefined
}

/** `temp`: files and directories that were not there before and that only their owner can read. */
export default defineModule({
  name: 'temp',
  doc: 'Makes temporary files and directories. Whoever asks for one removes it.',
  functions: {
    dir: fn({
      doc: 'Make a directory that only its owner can enter, and return its path.',
      examples: ["salt '*' temp.dir", "salt '*' temp.dir prefix='mytemp-' parent='/var/run/'"],
      args: placeArguments,
      run: (ctx, args) => made(args, (path) => ctx.fs.makeDirectory(path, { mode: 0o700 })),
    }),
    file: fn({
      doc: 'Make an empty file that only its owner can read, and return its path.',
      examples: ["salt '*' temp.file", "salt '*' temp.file prefix='mytemp-' parent='/var/run/'"],
      args: placeArguments,
      run: (ctx, args) => made(args, (path) => makeFile(ctx, path)),
    }),
  },
})

function makeFile(ctx: ExecContext, path: string): Promise<void> {
  return ctx.fs.makeFile(path, { mode: 0o600 })
}

/** Tries names until one is free. */
async function made(
  { prefix, suffix, parent }: Place,
  make: (path: string) => Promise<void>,
): Promise<string> {
  const directory = parent ?? tmpdir()
  for (const part of [prefix, suffix]) checkNamePart(part)
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const path = resolve(directory, `${prefix}${randomName()}${suffix}`)
    try {
      await make(path)
      return path
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error
    }
  }
  throw new SaltError('COMMAND_FAILED', `no name is free in ${directory} after ${mostAttempts} attempts`)
}

function checkNamePart(part: string): void {
  if (!/[/\\\0]/.test(part)) return
  throw new SaltError('PATH_UNSAFE', `'${part}' cannot be part of a file name`, {
    hint: 'Name the directory in parent=.',
  })
}

function randomName(): string {
  const drawn = Array.from({ length: nameLength }, () => randomSample(secureBits, nameCharacters, 1))
  return drawn.flat().join('')
}
