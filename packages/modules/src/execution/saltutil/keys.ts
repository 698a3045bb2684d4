// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { loadIdentity } from '@halite/core'
import { arg, fn } from '@halite/loader'

/** Ours; keys that Salt itself left in the same directory are not touched. */
const ownKeys = /^(?:minion_ed25519\.(?:pem|pub)|minion_master_ed25519(?:\..+)?\.pub)$/

/** The functions of `saltutil` that change who this minion is to its master. */
export const keyFunctions = {
  regen_keys: fn({
    doc: 'Make a new identity for the minion and forget the key of its master. It counts from the next start on; the master then sees a new key under a known id, and denies it until the old one is deleted.',
    examples: ["salt '*' saltutil.regen_keys"],
    run: async (ctx) => {
      const directory = String(ctx.options['pki_dir'])
      const names = (await ctx.fs.list(directory)).filter((file) => ownKeys.test(file))
      for (const name of names) await ctx.fs.remove(join(directory, name))
      const { fingerprint } = loadIdentity(join(directory, 'minion_ed25519'))
      ctx.log.warning('the minion has a new key, which counts from its next start on', { fingerprint })
    },
  }),
  revoke_auth: fn({
    doc: 'Ask the master to delete the key of this minion. Returns whether it agreed; as the session ends with the key, the return may not arrive.',
    examples: ["salt '*' saltutil.revoke_auth"],
    args: {
      preserve_minion_cache: arg
        .boolean('Let the master keep what the minion told of itself.')
        .default(false),
    },
    run: async ({ masters }, { preserve_minion_cache }) =>
      (await masters?.revokeAuth(preserve_minion_cache)) ?? false,
  }),
}
