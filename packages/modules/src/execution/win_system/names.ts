// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import { messageOf, SaltError } from '@halite/core'
import { type ExecContext, type Failed, failed } from '@halite/loader'
import { askPowershell, computerSystem, windowsError } from './powershell.ts'

const parameters = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters'
const server = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters'

/** The name that the machine has. */
export async function computerName(ctx: ExecContext): Promise<string> {
  return (await textIn(ctx, parameters, 'Hostname')) ?? hostname()
}

/** `system.get_pending_computer_name`: the name that the machine has after a reboot, where that is another one. */
export async function pendingComputerName(ctx: ExecContext): Promise<string | null> {
  const next = await textIn(ctx, parameters, 'NV Hostname')
  const isOther = next !== undefined && next.toLowerCase() !== (await computerName(ctx)).toLowerCase()
  return isOther ? next : null
}

/** `system.set_computer_name`: the name now and after the reboot that it needs; fails with False when Windows refuses. */
export async function renameComputer(ctx: ExecContext, name: string): Promise<object | Failed> {
  if (!(await renamed(ctx, name))) return failed(false, 1)
  const pending = await pendingComputerName(ctx)
  const names = { Current: await computerName(ctx), ...(pending === null ? {} : { Pending: pending }) }
  return { 'Computer Name': names }
}

/** `system.set_hostname`: whether that succeeded. */
export async function renameHost(ctx: ExecContext, name: string): Promise<true | Failed> {
  return (await renamed(ctx, name)) || failed(false, 1)
}

async function renamed(ctx: ExecContext, name: string): Promise<boolean> {
  if (!/^(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(name)) {
    throw new SaltError('ARGUMENTS_INVALID', `'${name}' is no name of a computer`, {
      hint: 'Use letters, digits and hyphens, 63 characters at most, and not digits alone.',
    })
  }
  const code = await computerSystem(ctx, 'Rename($env:HALITE_NAME)', { HALITE_NAME: name })
  if (code !== 0) ctx.log.error(windowsError(`the computer cannot be called ${name}`, code).message)
  return code === 0
}

/** `system.get_computer_desc`: what the network is shown beside the name; False where there is nothing. */
export async function description(ctx: ExecContext): Promise<string | false> {
  return (await textIn(ctx, server, 'srvcomment')) ?? false
}

/** `system.set_computer_desc`. */
export async function describeComputer(
  ctx: ExecContext,
  text: string | undefined,
): Promise<object | false | Failed> {
  if (text === undefined) return false
  const line =
    "Set-CimInstance -Query 'SELECT * FROM Win32_OperatingSystem' -Property @{Description=$env:HALITE_TEXT}"
  try {
    await askPowershell(ctx, line, { HALITE_TEXT: text })
  } catch (error) {
    ctx.log.error(messageOf(error))
    return failed(false, 1)
  }
  return { 'Computer Description': await description(ctx) }
}

async function textIn(
  { windowsRegistry }: ExecContext,
  key: string,
  name: string,
): Promise<string | undefined> {
  const text = (await windowsRegistry.values(key))?.get(name)?.data
  return typeof text === 'string' && text !== '' ? text : undefined
}
