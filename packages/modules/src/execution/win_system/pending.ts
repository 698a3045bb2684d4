// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import { type ExecContext, type Failed, failed, type RegistryValue } from '@halite/loader'
import { pendingComputerName } from './names.ts'
import { askPowershell } from './powershell.ts'

const windows = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion'
const sessionManager = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager'
const netlogon = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon'
/** Lost when Windows stops. */
const witness = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\salt-minion\\Volatile-Data'
const witnessed = 'Reboot required'

type Check = (ctx: ExecContext) => Promise<boolean>

/** The reasons for a reboot by the words of `system.get_pending_reboot_details`; what is quick to find out comes first. */
export const pendingChecks = {
  'Pending Update': anyKey(`${windows}\\WindowsUpdate\\Auto Update`, [
    'RebootRequired',
    'PostRebootReporting',
  ]),
  'Volatile Update Exe': positive('HKLM\\SOFTWARE\\Microsoft\\Updates', 'UpdateExeVolatile'),
  'Pending File Rename': async (ctx) => {
    const values = await ctx.windowsRegistry.values(sessionManager)
    const names = ['PendingFileRenameOperations', 'PendingFileRenameOperations2']
    return names.some((name) => isFilled(values?.get(name)))
  },
  'Pending ServerManager': positive('HKLM\\SOFTWARE\\Microsoft\\ServerManager', 'CurrentRebootAttempts'),
  'Pending Component Servicing': anyKey(`${windows}\\Component Based Servicing`, [
    'RebootPending',
    'RebootInProgress',
    'PackagesPending',
  ]),
  'Pending DVD Reboot': async (ctx) =>
    (await ctx.windowsRegistry.values(`${windows}\\RunOnce`))?.has('DVDRebootSignal') ?? false,
  'Reboot Required Witnessed': isWitnessed,
  'Pending Computer Rename': async (ctx) => (await pendingComputerName(ctx)) !== null,
  'Pending Join Domain': anyKey(netlogon, ['AvoidSpnSet', 'JoinDomain']),
  'Pending Windows Update': windowsUpdate,
} satisfies Readonly<Record<string, Check>>

/** `system.get_pending_reboot`: the first reason decides. */
export async function hasPendingReboot(ctx: ExecContext): Promise<boolean> {
  for (const check of Object.values(pendingChecks)) if (await check(ctx)) return true
  return false
}

/** `system.get_pending_reboot_details`. */
export async function pendingDetails(ctx: ExecContext): Promise<Readonly<Record<string, boolean>>> {
  const names = Object.keys(pendingChecks).sort() as (keyof typeof pendingChecks)[]
  const answers = await Promise.all(
    names.map(async (name) => [name, await pendingChecks[name](ctx)] as const),
  )
  return Object.fromEntries(answers)
}

/** `system.get_reboot_required_witnessed`. */
export async function isWitnessed({ windowsRegistry }: ExecContext): Promise<boolean> {
  return (await windowsRegistry.values(witness))?.get(witnessed)?.data === 1
}

/** `system.set_reboot_required_witnessed`: noted in a key that Windows forgets when it stops. */
export async function setWitnessed({ windowsRegistry, log }: ExecContext): Promise<true | Failed> {
  try {
    await windowsRegistry.setValue(witness, witnessed, { type: 'REG_DWORD', data: 1, volatile: true })
    return true
  } catch (error) {
    log.error(messageOf(error))
    return failed(false, 1)
  }
}

function anyKey(parent: string, names: readonly string[]): Check {
  return async ({ windowsRegistry }) => {
    const there = new Set((await windowsRegistry.keys(parent)).map((name) => name.toLowerCase()))
    return names.some((name) => there.has(name.toLowerCase()))
  }
}

function positive(path: string, name: string): Check {
  return async ({ windowsRegistry }) => {
    const data = (await windowsRegistry.values(path))?.get(name)?.data
    return (typeof data === 'number' || typeof data === 'string') && Number(data) > 0
  }
}

function isFilled(value: RegistryValue | undefined): boolean {
  if (value === undefined || typeof value.data !== 'object') return Boolean(value?.data)
  return value.data.length > 0
}

/** Nothing in the registry says all that the service knows. Where PowerShell does not answer, it says nothing. */
async function windowsUpdate(ctx: ExecContext): Promise<boolean> {
  const question = '(New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired'
  try {
    return (await askPowershell(ctx, question)) === 'True'
  } catch (error) {
    ctx.log.debug(`Windows Update was not asked: ${messageOf(error)}`)
    return false
  }
}
