// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { expandUser } from './paths.ts'

const letters = 'aAcCdDeijPsStTu'
const letter = new RegExp(`[${letters}]`, 'g')

/** Attributes by path, as `lsattr` prints them; undefined where there is no such program. Throws ARGUMENTS_INVALID for nothing there. */
export async function attributesOf(
  ctx: ExecContext,
  given: string,
): Promise<Record<string, string[]> | undefined> {
  const path = await expandUser(ctx, given)
  if (ctx.platform === 'aix' || ctx.which('lsattr') === undefined) return undefined
  if (!(await ctx.fs.exists(path)))
    throw new SaltError('ARGUMENTS_INVALID', `File or directory does not exist: ${path}`)
  const { stdout } = await ctx.run.text(['lsattr', '--', path])
  const found: Record<string, string[]> = {}
  for (const line of stdout.split('\n')) {
    const [, attributes, file] = /^(\S+)\s+(.+)$/.exec(line) ?? []
    if (attributes === undefined || file === undefined || attributes.startsWith('lsattr:')) continue
    found[file] = attributes.match(letter) ?? []
  }
  return found
}

/** Adds or removes attributes; whether `chattr` had nothing to say. */
export async function changeAttributes(
  ctx: ExecContext,
  files: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { operator, attributes, flags, version } = options
  if (operator !== 'add' && operator !== 'remove') {
    throw new SaltError('ARGUMENTS_INVALID', "Need an operator: 'add' or 'remove' to modify attributes.")
  }
  if (attributes === undefined || attributes === null)
    throw new SaltError('ARGUMENTS_INVALID', `Need attributes: [${letters}]`)
  const isGiven = (value: unknown) => value !== undefined && value !== null
  const argv = [
    'chattr',
    `${operator === 'add' ? '+' : '-'}${checked('attributes', attributes)}`,
    ...(isGiven(flags) ? [`-${checked('flags', flags)}`] : []),
    ...(isGiven(version) ? ['-v', pythonStr(version)] : []),
    ...files.map((file) => (file.startsWith('-') ? `./${file}` : file)),
  ]
  const { stdout, stderr } = await ctx.run.text(argv)
  if (stderr !== '') ctx.log.error(stderr)
  return stdout === '' && stderr === ''
}

function checked(name: string, value: unknown): string {
  const text = pythonStr(value)
  if (/^[A-Za-z]+$/.test(text)) return text
  throw new SaltError('ARGUMENTS_INVALID', `${name} are letters, and not '${text}'`)
}

/** What has to be added and removed so that a file has these attributes; undefined where nobody can say. */
export async function attributeDifference(
  ctx: ExecContext,
  path: string,
  wanted: string,
): Promise<{ readonly added: string; readonly removed: string; readonly old: string } | undefined> {
  const found = await attributesOf(ctx, path)
  if (found === undefined) return undefined
  const old = found[path] ?? []
  // `e` can be set and not be removed.
  const next = new Set([...wanted, ...old.filter((one) => one === 'e')])
  return {
    added: [...next].filter((one) => !old.includes(one)).join(''),
    removed: old.filter((one) => !next.has(one)).join(''),
    old: old.join(''),
  }
}
