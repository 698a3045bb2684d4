// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'

/** The working copy. */
export const cwd = arg.string('The working copy, or the bare repository.')

/** What the command of git is given beside. */
export const opts = arg
  .any('More options of the command: a text that is read as a shell does, or a list.')
  .default('')

/** What stands before the command. */
export const git_opts = arg
  .any('Options of git itself, before the command, such as ``-c core.autocrlf=false``.')
  .default('')

/** The revision that is read: by default the one that is checked out. */
export const head = arg.string('A branch, tag or commit.').default('HEAD')

const user = arg.string('The user that git runs as.').optional()

const password = arg.string('Password of that user, on Windows.').optional()

const ignore_retcode = arg
  .boolean('Whether an exit code other than 0 is not logged as an error.')
  .default(false)

const output_encoding = arg.string('The encoding of what git prints; default that of the system.').optional()

const identity = arg
  .any('Private key of ssh, a path or a URL of the file server; of a list one after the other is tried.')
  .default(null)

const saltenv = arg.string('Environment of a ``salt://`` key.').default('base')

/** What every function has at its end. */
export const tail = { user, password, ignore_retcode, output_encoding }

/** The same of those that may ask another host. */
export const identityTail = { user, password, identity, ignore_retcode, output_encoding }

/** The same of those that find the key on the file server. */
export const networkTail = { user, password, identity, ignore_retcode, saltenv, output_encoding }

/** Who asks by https. */
export const https = {
  https_user: arg.string('User for https.').optional(),
  https_pass: arg
    .string('Password for https. It is given to git in its environment, and kept nowhere.')
    .optional(),
}

/** Where the repository lies. */
export const url = arg.string('URL of the repository.')

/** A remote, by the name that a working copy has for it. */
export const remote = arg.string('Name of the remote.')
