// SPDX-License-Identifier: Apache-2.0
import { isInteger, isMap, SaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'

const keys = (what: string) => arg.any(`A key, or a list of keys, that ${what}.`).optional()

/** The arguments of `test.check_pillar`. */
export const pillarKeys = {
  present: keys('must be there'),
  boolean: keys('must be True or False'),
  integer: keys('must be whole numbers'),
  string: keys('must be text'),
  listing: keys('must be lists'),
  dictionary: keys('must be maps'),
  verbose: arg.boolean('Whether to list what is as it must be.').default(false),
}

interface Kind {
  readonly argument: Exclude<keyof typeof pillarKeys, 'verbose'>
  /** As Python names the type; it stands in the comment. */
  readonly shown: string
  readonly holds: (value: unknown) => boolean
}

const kinds: readonly Kind[] = [
  { argument: 'present', shown: 'None', holds: () => true },
  { argument: 'boolean', shown: "<class 'bool'>", holds: (value) => typeof value === 'boolean' },
  {
    argument: 'integer',
    shown: "<class 'int'>",
    // In Python a truth value is a whole number too.
    holds: (value) => isInteger(value) || typeof value === 'boolean',
  },
  { argument: 'string', shown: "(<class 'str'>,)", holds: (value) => typeof value === 'string' },
  { argument: 'listing', shown: "<class 'list'>", holds: (value) => Array.isArray(value) },
  { argument: 'dictionary', shown: "<class 'dict'>", holds: isMap },
]

/** Checks keys of the pillar, `a:b` for one inside of another. */
export async function checkPillar(ctx: StateContext, args: Values<typeof pillarKeys>): Promise<StateReturn> {
  const wanted = kinds.flatMap((kind) => listOf(args[kind.argument]).map((key) => ({ kind, key })))
  if (wanted.length === 0) throw new SaltError('ARGUMENTS_INVALID', 'Missing required argument text.')
  const failed = new Map<string, string>()
  const fine = new Map<string, string>()
  for (const { kind, key } of wanted) {
    const value = (await ctx.call('pillar.get', [key, null])) ?? null
    if (value === null) failed.set(key, 'is missing')
    else if (!kind.holds(value)) failed.set(key, `is not ${kind.shown}`)
    else fine.set(key, kind.shown)
  }
  const bad = [...failed].map(([key, text]) => `Pillar key "${key}" ${text}.\n`)
  const good =
    args.verbose && fine.size > 0
      ? ['Those keys passed the check:\n', ...[...fine].map(([key, shown]) => `- ${key} (${shown})\n`)]
      : []
  return { changes: {}, result: failed.size === 0, comment: [...bad, ...good].join('') }
}

function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '') return []
  return (Array.isArray(value) ? value : [value]).map(String)
}
