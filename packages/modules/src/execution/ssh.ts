// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, fn } from '@halite/loader'
import { authorized } from './ssh/functions/authorized.ts'
import { known } from './ssh/functions/known.ts'
import { hostKeys, isEncrypted, userKeys } from './ssh/key-files.ts'

const keyFile = (what: string) => arg.any(`The file of ${what}; False for none, default those of all kinds.`)

/** `ssh`: keys of users and hosts. */
export default defineModule({
  name: 'ssh',
  doc: 'Keys that may log in, hosts that are known, and the keys of this host, in the files of OpenSSH.',
  needs: { grains: { kernel: ['Linux', 'Darwin', 'FreeBSD', 'OpenBSD', 'NetBSD'] } },
  functions: {
    ...authorized,
    ...known,
    host_keys: fn({
      doc: 'Return the keys of this host: kind → text; private ones too, unless ``private`` is False.',
      examples: ["salt '*' ssh.host_keys", "salt '*' ssh.host_keys keydir=/etc/ssh private=False"],
      args: {
        keydir: arg.path('The directory; default ``/etc/ssh``.').optional(),
        private: arg.boolean('Return private keys as well.').default(true),
        certs: arg.boolean('Return certificates as well.').default(true),
      },
      run: hostKeys,
    }),
    user_keys: fn({
      doc: 'Return the keys of users: user → file → text; private ones too, unless ``prvfile`` is False.',
      examples: ["salt '*' ssh.user_keys", "salt '*' ssh.user_keys user=ann prvfile=False"],
      args: {
        user: arg.any('A user, or a list of users; default all.').default(undefined),
        pubfile: keyFile('the public key').default(undefined),
        prvfile: keyFile('the private key').default(undefined),
      },
      run: userKeys,
    }),
    key_is_encrypted: fn({
      doc: 'Return whether a private key wants a passphrase.',
      examples: ["salt '*' ssh.key_is_encrypted /root/id_rsa"],
      args: { key: arg.path('The file.') },
      run: (ctx, { key }) => isEncrypted(ctx, key),
    }),
  },
})
