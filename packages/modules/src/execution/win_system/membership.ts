// SPDX-License-Identifier: Apache-2.0
import { type ExecContext, type Failed, failed } from '@halite/loader'
import { askPowershell, computerSystem, windowsError } from './powershell.ts'
import { restart } from './shut-down.ts'

/** Who asks for a change of domain. */
export interface Account {
  readonly username?: string | undefined
  readonly password?: string | undefined
}

export interface JoinDomain extends Account {
  readonly domain: string
  readonly account_ou?: string | undefined
  /** The domain has an account for the machine. */
  readonly account_exists: boolean
  readonly restart: boolean
}

export interface LeaveDomain extends Account {
  readonly domain?: string | undefined
  readonly workgroup: string
  /** Disable the account of the machine. */
  readonly disable: boolean
  readonly restart: boolean
}

type Membership = { readonly Domain: string } | { readonly Workgroup: string }

/** `NETSETUP_JOIN_DOMAIN`, `…_DOMAIN_JOIN_IF_JOINED` and `…_JOIN_WITH_NEW_NAME`. */
const joinOptions = 0x1 | 0x20 | 0x400
const createAccount = 0x2
const deleteAccount = 0x4

/** `system.get_domain_workgroup`. */
export async function membership(ctx: ExecContext): Promise<Membership> {
  const line = 'Get-WmiObject Win32_ComputerSystem | ForEach-Object { [int]$_.PartOfDomain; $_.Domain }'
  const [isDomain = '', name = ''] = (await askPowershell(ctx, line)).split(/\r?\n/)
  return isDomain === '1' ? { Domain: name } : { Workgroup: name }
}

/** `system.join_domain`. A text says why nothing was tried; rejects with `COMMAND_FAILED` when Windows refuses. */
export async function joinDomain(ctx: ExecContext, how: JoinDomain): Promise<unknown> {
  const present = await membership(ctx)
  if ('Domain' in present && present.Domain === how.domain) return `Already joined to ${how.domain}`
  const account = accountFor(how, how.domain)
  if (typeof account === 'string') return failed(account, 1)
  const options = joinOptions | (how.account_exists ? 0 : createAccount)
  const method = `JoinDomainOrWorkgroup($env:HALITE_DOMAIN, $env:HALITE_PASSWORD, $env:HALITE_USER, $env:HALITE_OU, ${options})`
  const code = await computerSystem(ctx, method, {
    HALITE_DOMAIN: how.domain,
    HALITE_OU: how.account_ou?.replaceAll('\\', ''),
    ...account,
  })
  if (code !== 0) throw windowsError(`${how.domain} cannot be joined`, code)
  return { Domain: how.domain, Restart: how.restart && (await restarted(ctx)) }
}

/** `system.unjoin_domain`. Fails with False when Windows refuses; the log then says why. */
export async function leaveDomain(ctx: ExecContext, how: LeaveDomain): Promise<unknown> {
  const present = await membership(ctx)
  if ('Workgroup' in present && present.Workgroup === how.workgroup)
    return `Already joined to ${how.workgroup}`
  const account = accountFor(how, how.domain)
  if (typeof account === 'string') return failed(account, 1)
  const method = `UnjoinDomainOrWorkgroup($env:HALITE_PASSWORD, $env:HALITE_USER, ${how.disable ? deleteAccount : 0})`
  const code = await computerSystem(ctx, method, account)
  if (code !== 0) return refused(ctx, 'the domain cannot be left', code)
  const next = await joinWorkgroup(ctx, how.workgroup)
  if (next !== 0) return refused(ctx, `${how.workgroup} cannot be joined`, next)
  return { Workgroup: how.workgroup, Restart: how.restart && (await restarted(ctx)) }
}

/** `system.set_domain_workgroup`. */
export async function setWorkgroup(ctx: ExecContext, name: string): Promise<true | Failed> {
  const code = await joinWorkgroup(ctx, name.toUpperCase())
  return code === 0 ? true : refused(ctx, `${name} cannot be joined`, code)
}

function joinWorkgroup(ctx: ExecContext, name: string): Promise<number> {
  return computerSystem(ctx, 'JoinDomainOrWorkgroup($env:HALITE_WORKGROUP)', { HALITE_WORKGROUP: name })
}

/** A user with his domain; in words what is missing. */
function accountFor({ username, password }: Account, domain: string | undefined) {
  if (!username) return { HALITE_USER: undefined, HALITE_PASSWORD: password }
  const isWhole = /[\\@]/.test(username)
  if (!isWhole && !domain) return 'Must specify domain if not supplied in username'
  if (password === undefined) return 'Must specify a password if you pass a username'
  return { HALITE_USER: isWhole ? username : `${username}@${domain}`, HALITE_PASSWORD: password }
}

function refused({ log }: ExecContext, what: string, code: number): Failed {
  log.error(windowsError(what, code).message)
  return failed(false, 1)
}

async function restarted(ctx: ExecContext): Promise<boolean> {
  return (await restart(ctx, { timeout: 5, wait_for_reboot: false })) === true
}
