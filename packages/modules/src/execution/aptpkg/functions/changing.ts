// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { pkg } from '../../../contracts/pkg.ts'
import { installPackages } from '../install.ts'
import { refreshDatabase } from '../refresh.ts'
import { autoremove, removePackages } from '../remove.ts'
import { upgradeAll } from '../upgrade.ts'

/** Functions of `pkg` that change what is installed. */
export const changing = {
  refresh_db: pkg.refresh_db.extend(
    {
      cache_valid_time: arg.seconds('How old an earlier refresh may be that is good enough.').default(0),
      failhard: arg.boolean('Fail when a repository cannot be read.').default(false),
    },
    (ctx, args) => refreshDatabase(ctx, { cacheValidTime: args.cache_valid_time, failhard: args.failhard }),
  ),
  install: pkg.install.extend(
    {
      fromrepo: arg.string('The release or repository to install from, as for ``apt-get -t``.').optional(),
      skip_verify: arg.boolean('Install what nobody signed, too.').default(false),
      debconf: arg.string('A file with answers for debconf: a path or URL.').optional(),
      sources: arg
        .any('Packages from files: a list of maps from a name to the path or URL of its ``.deb``.')
        .default(undefined),
      reinstall: arg.boolean('Install once more what is installed.').default(false),
      downloadonly: arg.boolean('Fetch packages and install none.').default(false),
      ignore_epoch: arg.boolean('Compare versions without what stands in front of a colon.').default(false),
    },
    installPackages,
  ),
  remove: pkg.remove.implement((ctx, args) => removePackages(ctx, { ...args, action: 'remove' })),
  purge: pkg.purge.implement((ctx, args) => removePackages(ctx, { ...args, action: 'purge' })),
  autoremove: fn({
    doc: 'Remove what was installed for others only and is needed no more; return what changed, or with ``list_only`` the names.',
    examples: [
      "salt '*' pkg.autoremove",
      "salt '*' pkg.autoremove list_only=True",
      "salt '*' pkg.autoremove purge=True",
    ],
    args: {
      list_only: arg.boolean('Return the names of what would be removed.').default(false),
      purge: arg.boolean('Remove its configuration as well.').default(false),
    },
    run: autoremove,
  }),
  upgrade: pkg.upgrade.extend(
    { dist_upgrade: arg.boolean('Remove packages where an upgrade needs that.').default(false) },
    upgradeAll,
  ),
}
