// SPDX-License-Identifier: Apache-2.0
import { mapOf } from '@halite/core'
import { arg, defineModule, fn } from '@halite/loader'
import { compareVersions, repositoryData } from '@halite/winrepo'
import { pkg } from '../contracts/pkg.ts'
import { compileRepository, refreshRepository } from './win_pkg/compile.ts'
import { downloadPackages, listDownloaded } from './win_pkg/download.ts'
import { installPackages, removePackages, upgradePackages } from './win_pkg/install.ts'
import { installedPackages } from './win_pkg/installed.ts'
import { saltenvOf } from './win_pkg/place.ts'
import {
  availableNames,
  availableVersions,
  installedVersions,
  newerVersions,
  repositoryPackages,
  upgradesOf,
} from './win_pkg/queries.ts'
import { refreshIfDue, repositoryOf } from './win_pkg/repository.ts'

const saltenv = arg
  .string('The environment that definitions come from; default that of the minion.')
  .optional()
const reportArguments = {
  saltenv,
  verbose: arg.boolean('Name every file, with its packages.').default(false),
  failhard: arg.boolean('Fail when a file cannot be used.').default(true),
}

/** What installations and removals have in common. */
const changeArguments = {
  saltenv,
  report_reboot_exit_codes: arg
    .boolean('Note a restart that the program asks for, for ``system.get_reboot_required_witnessed``.')
    .default(true),
  verify_ssl: arg.boolean('Whether a server has to prove who it is.').default(true),
}
const flags = arg.string('Flags behind those of the definition, for a single package.').optional()
const installArguments = {
  extra_install_flags: flags,
  force: arg.boolean('Run the installer though the version is installed.').default(false),
  downloadonly: arg.boolean('Fetch the installers and run none of them.').default(false),
  ...changeArguments,
}
const removalArguments = {
  version: arg.string('The version of a single package; default every installed one.').optional(),
  refresh: arg.boolean('Look for new definitions first.').default(false),
  extra_uninstall_flags: flags,
  ...changeArguments,
}

/** `pkg` on Windows. */
export default defineModule({
  name: 'win_pkg',
  virtual: 'pkg',
  doc: 'Packages on Windows, by definitions in the Windows Software Repository: what is installed as the registry tells it, what can be installed, and installers that do it.',
  needs: { platform: 'win32' },
  functions: {
    list_pkgs: pkg.list_pkgs.extend(
      {
        include_components: arg.boolean('List parts of installed software too.').default(true),
        include_updates: arg.boolean('List updates of software and of Windows too.').default(true),
        saltenv,
        refresh: arg.boolean('Look for new definitions first.').default(false),
        removed: arg.boolean('There are no packages of this kind on Windows.').default(false),
        purge_desired: arg.boolean('There are no packages of this kind on Windows.').default(false),
      },
      async (ctx, args) => {
        if (args.removed || args.purge_desired) return {}
        const environment = saltenvOf(ctx, args.saltenv)
        await refreshIfDue(ctx, environment, args.refresh)
        const found = await installedPackages(ctx, environment, {
          includeComponents: args.include_components,
          includeUpdates: args.include_updates,
        })
        const shown = [...found].map(([name, versions]): [string, unknown] => [
          name,
          args.versions_as_list ? versions : versions.join(','),
        ])
        return mapOf(shown)
      },
    ),
    version: pkg.version.implement(installedVersions),
    latest_version: pkg.latest_version.implement(newerVersions),
    available_version: pkg.available_version.implement(availableNames),
    upgrade_available: pkg.upgrade_available.implement(
      async (ctx, { name, kwargs }) => (await newerVersions(ctx, { names: [name], kwargs })) !== '',
    ),
    list_upgrades: pkg.list_upgrades.implement(async (ctx, args) => mapOf(await upgradesOf(ctx, args))),
    list_repo_pkgs: pkg.list_repo_pkgs.implement((ctx, { args, kwargs }) =>
      repositoryPackages(ctx, { patterns: args, saltenv: saltenvOf(ctx, kwargs['saltenv']) }),
    ),
    list_available: fn({
      doc: 'Return the versions of a package that can be installed, the oldest first, empty for an unknown one; of several packages, name → versions.',
      examples: [
        "salt '*' pkg.list_available firefox",
        "salt '*' pkg.list_available firefox return_dict_always=True",
      ],
      args: {
        names: arg.rest('Names of packages.', arg.string('A name.')),
        kwargs: arg.keywords(
          '``saltenv``, ``refresh``, ``return_dict_always``, ``reverse_sort`` (the newest first).',
        ),
      },
      run: availableVersions,
    }),
    refresh_db: pkg.refresh_db.extend(reportArguments, (ctx, args) =>
      refreshRepository(ctx, { ...args, saltenv: saltenvOf(ctx, args.saltenv) }),
    ),
    genrepo: fn({
      doc: 'Compile the definitions that were fetched last, and return the report of ``pkg.refresh_db``.',
      examples: ["salt '*' pkg.genrepo", "salt '*' pkg.genrepo verbose=True failhard=False"],
      args: { ...reportArguments, kwargs: arg.keywords('Not looked at.') },
      run: (ctx, args) => compileRepository(ctx, { ...args, saltenv: saltenvOf(ctx, args.saltenv) }),
    }),
    get_repo_data: fn({
      doc: 'Return the compiled definitions: ``repo``, ``name_map`` and ``errors``.',
      examples: ["salt '*' pkg.get_repo_data"],
      args: { saltenv },
      run: async (ctx, args) => repositoryData(await repositoryOf(ctx, saltenvOf(ctx, args.saltenv))),
    }),
    get_package_info: fn({
      doc: 'Return the definition of a package: version → settings. Empty for an unknown one.',
      examples: ["salt '*' pkg.get_package_info firefox"],
      args: { name: arg.string('The package.'), saltenv },
      run: async (ctx, { name, saltenv: given }) => {
        const { packages } = await repositoryOf(ctx, saltenvOf(ctx, given))
        return mapOf(packages.get(name) ?? [])
      },
    }),
    compare_versions: fn({
      doc: 'Compare two versions. ``latest`` is above every version, ``Not Found`` below.',
      examples: ["salt '*' pkg.compare_versions 1.2 '>=' 1.3"],
      args: {
        ver1: arg.string('A version.').default(''),
        oper: arg.string('``==``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``.').default('=='),
        ver2: arg.string('Another one.').default(''),
      },
      run: (_ctx, { ver1, oper, ver2 }) => compareVersions(ver1, oper, ver2),
    }),
    install: pkg.install.extend(installArguments, (ctx, { kwargs, ...args }) => {
      const change = args.downloadonly ? downloadPackages : installPackages
      return change(ctx, { ...args, kwargs: { ...kwargs, ...args } })
    }),
    list_downloaded: fn({
      doc: 'Return the installers that this machine has a copy of: name → version → ``path``, ``size`` and when it was fetched.',
      examples: ["salt '*' pkg.list_downloaded"],
      args: { saltenv, kwargs: arg.keywords('Not looked at.') },
      run: (ctx, args) => listDownloaded(ctx, args.saltenv),
    }),
    remove: pkg.remove.extend(removalArguments, (ctx, { kwargs, ...args }) =>
      removePackages(ctx, { ...args, kwargs: { ...kwargs, ...args } }),
    ),
    purge: pkg.purge.extend(removalArguments, (ctx, { kwargs, ...args }) =>
      removePackages(ctx, { ...args, kwargs: { ...kwargs, ...args } }),
    ),
    upgrade: pkg.upgrade.extend({ saltenv }, (ctx, { kwargs, ...args }) =>
      upgradePackages(ctx, { ...args, kwargs: { ...kwargs, ...args } }),
    ),
    normalize_name: pkg.normalize_name.implement((_ctx, { name }) => name),
  },
})
