// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path/win32'
import { isTruthy, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import {
  adviceFor,
  hasDetection,
  installCommand,
  latest,
  planInstall,
  planRemoval,
  removeCommand,
  textOf,
} from '@halite/winrepo'
import { whyUndetected } from './detected.ts'
import type { Prepared, Request } from './preparation.ts'
import { upgradesOf } from './queries.ts'
import { runInstaller } from './run-installer.ts'
import { type Doing, transact } from './transaction.ts'

/** `pkg.install`. */
export function installPackages(ctx: ExecContext, request: Request): Promise<unknown> {
  const { kwargs } = request
  const force = isTruthy(kwargs['force'] ?? false)
  const doing: Doing = {
    status: 'install status',
    mayBeOld: false,
    plan: (wish, known) => planInstall(wish, known, { force }),
    run: ({ name, step: { settings }, path }) =>
      runInstaller(ctx, {
        ...{ name, settings, directory: dirname(path), taskDirectory: dirname(path) },
        reportsReboot: reportsReboot(kwargs),
        command: (checked) =>
          installCommand(checked, path, { extraFlags: installFlags(ctx, request), variables: process.env }),
      }),
    isSeen: ({ name, step: { version } }, installed) => {
      const versions = installed.get(name) ?? []
      return version === latest ? versions.length > 0 : versions.includes(version)
    },
    comment: async ({ name, step, outcome }, { before, after, waitedSeconds }) => {
      if (!outcome.succeeded || outcome.text === 'task started') return undefined
      const undetected = await whyUndetected(ctx, step.settings)
      const looks = { before: before.software, after: after.software, waitedSeconds }
      return adviceFor({ name, step, undetected, ...looks })
    },
  }
  return transact(ctx, request, doing)
}

/** `pkg.remove` and `pkg.purge`. */
export function removePackages(ctx: ExecContext, request: Request): Promise<unknown> {
  const { kwargs } = request
  const doing: Doing = {
    status: 'uninstall status',
    mayBeOld: true,
    plan: planRemoval,
    run: ({ name, step: { settings }, path }: Prepared) =>
      runInstaller(ctx, {
        ...{ name, settings, taskDirectory: dirname(path), reportsReboot: reportsReboot(kwargs) },
        command: (checked) =>
          removeCommand(checked, path, {
            extraFlags: textOf(kwargs, 'extra_uninstall_flags'),
            variables: process.env,
          }),
      }),
    isSeen: ({ name, step: { version } }, installed) => {
      const versions = installed.get(name) ?? []
      return version === latest ? versions.length === 0 : !versions.includes(version)
    },
    comment: async ({ name, step: { version, settings }, outcome }, { waitedSeconds }) => {
      if (!outcome.succeeded) return undefined
      const place = hasDetection(settings) ? 'found by the rule in its definition' : 'in Add/Remove Programs'
      return `${name} ${version} is still ${place} ${waitedSeconds} s after its uninstaller reported success. Check its uninstall_flags.`
    },
  }
  return transact(ctx, request, doing)
}

/** `pkg.upgrade`: what Salt has only the name of. */
export async function upgradePackages(
  ctx: ExecContext,
  { refresh, kwargs }: { readonly refresh: boolean; readonly kwargs: Readonly<Record<string, unknown>> },
): Promise<unknown> {
  const newer = await upgradesOf(ctx, { refresh, kwargs })
  if (newer.size === 0) return {}
  return installPackages(ctx, { pkgs: [mapOf(newer)], refresh: false, kwargs })
}

function reportsReboot(kwargs: Request['kwargs']): boolean {
  return isTruthy(kwargs['report_reboot_exit_codes'] ?? true)
}

/** Flags beside those of the definition: `extra_install_flags` are for a single package, as in Salt. */
function installFlags({ log }: ExecContext, { pkgs, name, kwargs }: Request): string {
  const flags = textOf(kwargs, 'extra_install_flags')
  const isSingle = Array.isArray(pkgs) ? pkgs.length === 1 : !(name ?? '').includes(',')
  if (flags === '' || isSingle) return flags
  log.warning('extra_install_flags is ignored: it is for a single package')
  return ''
}
