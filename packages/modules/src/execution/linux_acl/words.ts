// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

const letters: Readonly<Record<string, string>> = { user: 'u', group: 'g', mask: 'm', other: 'o' }

/** `default:user` as setfacl writes it, `d:u`. Throws ARGUMENTS_INVALID. */
export function checkedType(type: string): string {
  const [, prefix = '', word = ''] = /^(d(?:efault)?:)?(.*)$/s.exec(type) ?? []
  const letter = letters[word] ?? (Object.values(letters).includes(word) ? word : undefined)
  if (letter !== undefined) return `${prefix === '' ? '' : 'd:'}${letter}`
  throw invalid(
    type,
    'a type of access control lists',
    'Types are user, group, mask and other, with default: in front or without.',
  )
}

/** Throws ARGUMENTS_INVALID for what is no name of a user or group. */
export function checkedName(name: string): string {
  if (name === '' || /^[^\s,:\p{Cc}-][^,:\p{Cc}]*$/u.test(name)) return name
  throw invalid(name, 'the name of a user or group', 'It has no comma and no colon.')
}

/** Throws ARGUMENTS_INVALID. */
export function checkedPermissions(perms: string): string {
  if (/^(?:[rwxX-]*|[0-7])$/.test(perms)) return perms
  throw invalid(perms, 'permissions', 'They are letters of rwxX, a - for none, or a number of 0 to 7.')
}

/** Throws COMMAND_FAILED when there is none. */
export function checkedFiles(files: readonly string[]): readonly string[] {
  if (files.length > 0) return files
  throw new SaltError('COMMAND_FAILED', 'You need to specify at least one file or directory to work with!')
}

function invalid(text: string, what: string, hint: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `${JSON.stringify(text)} is not ${what}`, { hint })
}
