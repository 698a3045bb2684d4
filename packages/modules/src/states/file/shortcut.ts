// SPDX-License-Identifier: Apache-2.0
import { arg, type StateContext } from '@halite/loader'
import { failure, type Result } from './result.ts'

const unread = arg.any('Not looked at.').optional()

/** The arguments of `file.shortcut`. */
export const shortcutArguments = {
  target: arg.string('What it leads to.'),
  arguments: unread,
  working_dir: unread,
  description: unread,
  icon_location: unread,
  force: unread,
  backupname: unread,
  makedirs: unread,
  user: unread,
  kwargs: arg.keywords('Whatever else Salt knows.'),
}

/** `file.shortcut`: refused, with the reason. */
export function refuseShortcut({ platform }: StateContext): Result {
  if (platform !== 'win32') return failure('Shortcuts are only supported on Windows')
  return failure('Shortcuts are not made yet: use file.symlink, or cmd.run with PowerShell')
}
