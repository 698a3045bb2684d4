// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path'
import { messageOf, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { splitWords } from '../../cmd/split-words.ts'
import { groupOf, userOf } from '../accounts.ts'
import { digestOf } from '../hashes.ts'
import { wordsOf } from './criteria.ts'
import { letterOf } from './letters.ts'

/** A file that was found. */
export interface FoundFile {
  readonly path: string
  /** Where it is reached. */
  readonly at: string
  readonly facts: FileFacts
}

/** What is done with it; undefined leaves it out of the return. */
export type Action = (found: FoundFile) => Promise<unknown>

type Fact = (ctx: ExecContext, found: FoundFile) => unknown

const facts: Readonly<Record<string, Fact>> = {
  path: (_ctx, { path }) => path,
  name: (_ctx, { path }) => basename(path),
  size: (_ctx, { facts }) => facts.size,
  type: (_ctx, { facts }) => letterOf(facts),
  mode: (_ctx, { facts }) => facts.mode & 0o777,
  mtime: (_ctx, { facts }) => Math.trunc(facts.mtimeMs / 1000),
  user: (ctx, { facts }) => userOf(ctx, facts.uid),
  group: (ctx, { facts }) => groupOf(ctx, facts.gid),
  md5: (ctx, { at, facts }) => (facts.type === 'file' ? digestOf(ctx, at, 'md5') : ''),
}

/** `print`: facts of the file; one alone is not in a list. Throws ARGUMENTS_INVALID for one that is not known. */
export function printing(ctx: ExecContext, value: string): Action {
  const names = wordsOf(value)
  const unknown = names.find((name) => !Object.hasOwn(facts, name))
  if (unknown !== undefined) throw new SaltError('ARGUMENTS_INVALID', `invalid print option "${unknown}"`)
  const wanted = names.length === 0 ? ['path'] : names
  return async (found) => {
    const values = await Promise.all(wanted.map((name) => facts[name]?.(ctx, found)))
    return values.length === 1 ? values[0] : values
  }
}

/** `delete`: the path of what was removed; what may not be removed is left out. With `test` nothing is. */
export function deleting(ctx: ExecContext, test: boolean): Action {
  return async ({ path, at }) => {
    if (test) return path
    try {
      await ctx.fs.remove(at, { recursive: true })
      return path
    } catch (error) {
      if (systemCodeOf(error) === undefined) throw error
      ctx.log.warning(`${path} cannot be removed: ${messageOf(error)}`)
      return undefined
    }
  }
}

/** `exec`: what a command prints. `{}` in its words is the path: whatever the path holds, it is no word of its own. */
export function executing(ctx: ExecContext, command: string): Action {
  const words = splitWords(command)
  return async ({ path }) => {
    const shown = command.replaceAll('{}', path)
    try {
      const { stdout, stderr } = await ctx.run.text(words.map((word) => word.replaceAll('{}', path)))
      if (stderr !== '') ctx.log.error(`${shown}: ${stderr}`)
      return `${shown}:\n${stdout === '' ? '' : `${stdout}\n`}\n`
    } catch (error) {
      if (systemCodeOf(error) === undefined) throw error
      ctx.log.error(`${shown}: ${messageOf(error)}`)
      return `${path}: Failed`
    }
  }
}
