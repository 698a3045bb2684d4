// SPDX-License-Identifier: Apache-2.0
import { mapOf } from '@halite/core'
import { arg, defineModule, fn } from '@halite/loader'
import { fileDict, fileList } from './aptpkg/files.ts'
import { packageInfo } from './aptpkg/info.ts'
import { changesBetween, readInventory } from './aptpkg/inventory.ts'
import { checkedName } from './aptpkg/names.ts'
import { packageFile } from './aptpkg/package-file.ts'
import { changeSelections } from './aptpkg/selections.ts'
import { sourcePath } from './aptpkg/targets.ts'
import { checkKeywords } from './parts/keywords.ts'

const packages = arg.rest('Names of packages; default all.', arg.string('A name.'))
const kwargs = arg.keywords('Not looked at.')

/** `lowpkg` on Debian and its derivatives. */
export default defineModule({
  name: 'dpkg_lowpkg',
  virtual: 'lowpkg',
  doc: 'What dpkg knows of packages and their files.',
  needs: { os_family: 'Debian', programs: ['dpkg-query'] },
  functions: {
    bin_pkg_info: fn({
      doc: 'Return name, version and architecture of the file of a package.',
      examples: ["salt '*' lowpkg.bin_pkg_info /root/foo.deb", "salt '*' lowpkg.bin_pkg_info salt://foo.deb"],
      args: {
        path: arg.string('A path or URL.'),
        saltenv: arg.string('The environment that the file comes from.').default('base'),
      },
      run: async (ctx, { path, saltenv }) =>
        packageFile(ctx, await sourcePath(ctx, { name: path, source: path, saltenv })),
    }),
    list_pkgs: fn({
      doc: 'Return installed packages: name → version.',
      examples: ["salt '*' lowpkg.list_pkgs", "salt '*' lowpkg.list_pkgs hostname mount"],
      args: { packages, kwargs },
      run: async (ctx, args) => {
        const { installed } = await readInventory(ctx)
        const names = args.packages.length === 0 ? [...installed.keys()] : args.packages.map(checkedName)
        return mapOf(
          names.flatMap((name) => (installed.has(name) ? [[name, installed.get(name)?.join(',')]] : [])),
        )
      },
    }),
    file_list: fn({
      doc: 'Return the files of packages: ``files``, sorted, and ``errors``.',
      examples: ["salt '*' lowpkg.file_list hostname"],
      args: { packages, kwargs },
      run: (ctx, args) => fileList(ctx, args.packages),
    }),
    file_dict: fn({
      doc: 'Return the files of packages: ``packages``, name → paths, and ``errors``.',
      examples: ["salt '*' lowpkg.file_dict hostname"],
      args: { packages, kwargs },
      run: (ctx, args) => fileDict(ctx, args.packages),
    }),
    info: fn({
      doc: 'Return what dpkg knows of packages: name → facts.',
      examples: ["salt '*' lowpkg.info apache2 bash", "salt '*' lowpkg.info 'php5*' failhard=False"],
      args: {
        packages,
        kwargs: arg.keywords('``failhard``: whether an unknown package is an error, as it is by default.'),
      },
      run: async (ctx, { packages: names, kwargs: { failhard = true, ...others } }) => {
        checkKeywords('lowpkg.info', others)
        return mapOf([...(await packageInfo(ctx, { names, failhard: failhard !== false }))])
      },
    }),
    unpurge: fn({
      doc: 'Have packages kept that are marked to be purged; return what changed.',
      examples: ["salt '*' lowpkg.unpurge curl"],
      args: { packages: arg.rest('Names of packages.', arg.string('A name.')) },
      run: async (ctx, { packages: names }) => {
        if (names.length === 0) return {}
        const before = (await readInventory(ctx)).purgeDesired
        await changeSelections(ctx, { selection: { install: names }, clear: false, saltenv: 'base' })
        return mapOf([...changesBetween(before, (await readInventory(ctx)).purgeDesired)])
      },
    }),
  },
})
