// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import type { ExecContext } from '@halite/loader'

const parameters = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters'

/** The name that the machine has. */
export async function computerName(ctx: ExecContext): Promise<string> {
  return (await nameIn(ctx, 'Hostname')) ?? hostname()
}

/** The name that the machine was given, which it has after a reboot. */
export function nextName(ctx: ExecContext): Promise<string | undefined> {
  return nameIn(ctx, 'NV Hostname')
}

async function nameIn({ windowsRegistry }: ExecContext, value: string): Promise<string | undefined> {
  const name = (await windowsRegistry.values(parameters))?.get(value)?.data
  return typeof name === 'string' && name !== '' ? name : undefined
}
