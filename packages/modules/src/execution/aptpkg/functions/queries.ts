// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, isTruthy, mapOf, pythonStr } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import { pkg } from '../../../contracts/pkg.ts'
import { latestVersion } from '../candidates.ts'
import { compareDebianVersions, withoutEpoch } from '../debian-version.ts'
import { downloadedPackages } from '../downloaded.ts'
import { readInventory, shownVersions, type Versions } from '../inventory.ts'
import { isGlob } from '../names.ts'
import { repositoryPackages } from '../repository-packages.ts'
import { normalizedName } from '../targets.ts'
import { listUpgrades } from '../upgrade.ts'

/** Functions of `pkg` that tell of versions. */
export const queries = {
  list_pkgs: pkg.list_pkgs.extend(
    {
      removed: arg.boolean('List what is removed and has its configuration left.').default(false),
      purge_desired: arg.boolean('List what is to be purged and kept because others need it.').default(false),
    },
    async (ctx, args) => {
      const { installed, removed, purgeDesired } = await readInventory(ctx)
      const listed = args.purge_desired ? purgeDesired : new Map([...purgeDesired, ...installed])
      return shownVersions(args.removed ? removed : listed, args.versions_as_list)
    },
  ),
  version: pkg.version.implement(async (ctx, { names, kwargs }) => installedVersions(ctx, names, kwargs)),
  latest_version: pkg.latest_version.implement(latestVersion),
  available_version: pkg.available_version.implement(latestVersion),
  upgrade_available: pkg.upgrade_available.implement(
    async (ctx, { name, kwargs }) => (await latestVersion(ctx, { names: [name], kwargs })) !== '',
  ),
  list_upgrades: pkg.list_upgrades.extend(
    { dist_upgrade: arg.boolean('Those too for which others are removed.').default(true) },
    async (ctx, args) => mapOf([...(await listUpgrades(ctx, args))]),
  ),
  list_repo_pkgs: pkg.list_repo_pkgs.implement(async (ctx, { args }) =>
    mapOf([...(await repositoryPackages(ctx, args))]),
  ),
  list_downloaded: fn({
    doc: 'Return the packages that apt has fetched and kept: name → version → path, size and time.',
    examples: ["salt '*' pkg.list_downloaded"],
    args: {
      root: arg.path('Another root directory.').optional(),
      kwargs: arg.keywords('Not looked at.'),
    },
    run: (ctx, { root }) => downloadedPackages(ctx, root),
  }),
  version_cmp: fn({
    doc: 'Compare two versions as dpkg does: -1 when the first is older, 0 when they are equal, 1 when it is newer.',
    examples: ["salt '*' pkg.version_cmp '0.2.4-0ubuntu1' '0.2.4.1-0ubuntu1'"],
    args: {
      pkg1: arg.string('A version.'),
      pkg2: arg.string('Another one.'),
      ignore_epoch: arg.boolean('Leave out what stands in front of a colon.').default(false),
      kwargs: arg.keywords('Not looked at.'),
    },
    run: (_ctx, { pkg1, pkg2, ignore_epoch: ignoresEpoch }) => {
      const [one, other] = ignoresEpoch ? [withoutEpoch(pkg1), withoutEpoch(pkg2)] : [pkg1, pkg2]
      return compareDebianVersions(one, other)
    },
  }),
  normalize_name: pkg.normalize_name.implement((ctx, { name }) => normalizedName(name, ctx.grains)),
  parse_arch: fn({
    doc: 'Return the name and the architecture of ``zsh:amd64``.',
    examples: ["salt '*' pkg.parse_arch zsh:amd64"],
    args: { name: arg.string('The package.') },
    run: (_ctx, { name }) => {
      const colon = name.lastIndexOf(':')
      return colon < 0 ? { name, arch: null } : { name: name.slice(0, colon), arch: name.slice(colon + 1) }
    },
  }),
}

async function installedVersions(
  ctx: ExecContext,
  names: readonly string[],
  kwargs: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  if (names.length === 0) return {}
  const { installed, purgeDesired } = await readInventory(ctx)
  const all: Versions = new Map([...purgeDesired, ...installed])
  const found = new Map(
    names.flatMap((name): [string, readonly string[]][] =>
      isGlob(name) ? [...all].filter(([one]) => fnmatch(one, name)) : [[name, all.get(name) ?? []]],
    ),
  )
  const shown = shownVersions(found, isTruthy(kwargs['versions_as_list'] ?? false))
  if (found.size !== 1 || names.some(isGlob)) return shown
  return isMap(shown) ? entriesOf(shown)[0]?.[1] : pythonStr(shown)
}
