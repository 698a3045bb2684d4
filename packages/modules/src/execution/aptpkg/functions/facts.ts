// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { checkKeywords } from '../../parts/keywords.ts'
import { fileDict, fileList, ownersOf } from '../files.ts'
import { installedInfo } from '../info.ts'
import { refreshDatabase } from '../refresh.ts'
import { shownPackages } from '../repository-packages.ts'
import { servicesToRestart } from '../restarts.ts'

const packages = arg.rest('Names of packages; default all.', arg.string('A name.'))
const kwargs = arg.keywords('Not looked at.')

/** Functions of `pkg` that tell of packages and their files. */
export const facts = {
  owner: fn({
    doc: 'Return the package that a file belongs to, empty for none; of several files, path → package.',
    examples: ["salt '*' pkg.owner /usr/bin/apachectl", "salt '*' pkg.owner /bin/sh /bin/ls"],
    args: { paths: arg.rest('Paths of files.', arg.path('A path.')), kwargs },
    run: (ctx, { paths }) => ownersOf(ctx, paths),
  }),
  file_list: fn({
    doc: 'Return the files of packages: ``files``, sorted, and ``errors``.',
    examples: ["salt '*' pkg.file_list hostname", "salt '*' pkg.file_list hostname mount"],
    args: { packages, kwargs },
    run: (ctx, args) => fileList(ctx, args.packages),
  }),
  file_dict: fn({
    doc: 'Return the files of packages: ``packages``, name → paths, and ``errors``.',
    examples: ["salt '*' pkg.file_dict hostname", "salt '*' pkg.file_dict hostname mount"],
    args: { packages, kwargs },
    run: (ctx, args) => fileDict(ctx, args.packages),
  }),
  info_installed: fn({
    doc: 'Return what is known of installed packages: name → facts.',
    examples: ["salt '*' pkg.info_installed vim", "salt '*' pkg.info_installed vim failhard=False"],
    args: {
      names: arg.rest('Names of packages; default all.', arg.string('A name.')),
      kwargs: arg.keywords(
        '``failhard``: whether a package that is not installed is an error, as it is by default.',
      ),
    },
    run: (ctx, { names, kwargs: { failhard = true, ...others } }) => {
      checkKeywords('pkg.info_installed', others)
      return installedInfo(ctx, { names, failhard: isTruthy(failhard) })
    },
  }),
  show: fn({
    doc: 'Return what repositories say of packages: name → version → fields.',
    examples: ["salt '*' pkg.show gawk", "salt '*' pkg.show 'nginx-*' filter=description,provides"],
    args: {
      names: arg.rest('Names or shell patterns.', arg.string('A name.')),
      kwargs: arg.keywords('``filter``: the fields to return; ``refresh``: look for new packages first.'),
    },
    run: async (ctx, { names, kwargs: { filter = [], refresh = false, ...others } }) => {
      checkKeywords('pkg.show', others)
      if (isTruthy(refresh)) await refreshDatabase(ctx)
      const fields = Array.isArray(filter) ? filter.map(pythonStr) : pythonStr(filter).split(',')
      const wanted = fields.map((field) => field.trim().toLowerCase()).filter((field) => field !== '')
      return shownPackages(ctx, { names, filter: wanted })
    },
  }),
  services_need_restart: fn({
    doc: 'Return the services that use files which were replaced since they started; needs ``checkrestart``.',
    examples: ["salt '*' pkg.services_need_restart"],
    args: { kwargs },
    run: servicesToRestart,
  }),
}
