// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { absent, manage, present } from './ssh/authorized.ts'

const user = arg.string('The user.')
const others = {
  enc: arg.string('The kind of the key, unless the name is a whole line.').default('ssh-rsa'),
  comment: arg.string('What stands behind the key.').default(''),
  source: arg.string('A file of keys in place of the name: a URL.').default(''),
  options: arg.list('Options of the key.', arg.string('An option.')).optional(),
  config: arg
    .string('The file of keys; from the home of the user, ``%h`` and ``%u`` stand for home and name.')
    .default('.ssh/authorized_keys'),
  fingerprint_hash_type: arg.string('The hash of fingerprints; default ``sha256``.').optional(),
}

/** `ssh_auth`: keys that may log in. */
export default defineState({
  name: 'ssh_auth',
  doc: 'Keys that may log in as a user. ``name`` is a key, or a whole line of ``authorized_keys``.',
  functions: {
    present: stateFn({
      doc: 'Have a key, or those of a file, that may log in as the user.',
      args: { user, ...others, kwargs: arg.keywords('Not looked at.') },
      run: (ctx, args) => present(ctx, { ...args, options: args.options }),
    }),
    absent: stateFn({
      doc: 'Have a key, or those of a file, no more.',
      args: { user, ...others },
      run: (ctx, args) => absent(ctx, { ...args, options: args.options }),
    }),
    manage: stateFn({
      doc: 'Have these keys, and no others.',
      args: {
        ssh_keys: arg.list('The keys, each as ``name`` of ``ssh_auth.present``.', arg.string('A key.')),
        user,
        ...others,
        kwargs: arg.keywords('Not looked at.'),
      },
      run: (ctx, args) => manage(ctx, { ...args, options: args.options }),
    }),
  },
})
