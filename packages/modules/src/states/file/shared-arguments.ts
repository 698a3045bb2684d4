// SPDX-License-Identifier: Apache-2.0
import { type ArgSpec, arg, plainWords } from '@halite/loader'
import { accountOf } from '../../execution/file/permissions.ts'

/** As it was written; None is the same as nothing. */
export const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })

/** Text or a list of texts; a word of a command line is what was typed, `16:34` or `5.10`. */
export const textOrList = (doc: string): ArgSpec<unknown, false> => ({
  ...arg.string(doc).optional(),
  parse: plainWords,
})

/** What the states that make files share. */
export const ownerArguments = {
  user: anything('The user that it is to belong to.'),
  group: anything('The group that it is to belong to.'),
}

/** What templates see. */
export const templateArguments = {
  context: anything('Names that the template sees.'),
  defaults: anything('The same, for names that ``context`` does not have.'),
}

const windowsOnly = 'permissions of Windows are not built yet'

/** Arguments that Salt has for Windows. */
export const windowsArguments = {
  win_owner: arg.unsupported(null, windowsOnly),
  win_perms: arg.unsupported(null, windowsOnly),
  win_deny_perms: arg.unsupported(null, windowsOnly),
  win_inheritance: arg.unsupported(true, windowsOnly),
  win_perms_reset: arg.unsupported(false, windowsOnly),
}

const signatures = 'signatures of files are not checked yet'

/** Arguments that Salt has for signed files. */
export const signatureArguments = {
  signature: arg.unsupported(null, signatures),
  source_hash_sig: arg.unsupported(null, signatures),
  signed_by_any: arg.unsupported(null, signatures),
  signed_by_all: arg.unsupported(null, signatures),
  keyring: arg.unsupported(null, signatures),
  gnupghome: arg.unsupported(null, signatures),
}

/** `owner` is what people write for `user`. */
export function ownersOf({
  user,
  group,
  kwargs,
}: {
  readonly user?: unknown
  readonly group?: unknown
  readonly kwargs?: Readonly<Record<string, unknown>>
}) {
  return { user: accountOf(user) ?? accountOf(kwargs?.['owner']), group: accountOf(group) }
}
