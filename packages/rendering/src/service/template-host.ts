// SPDX-License-Identifier: Apache-2.0
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext, Machine } from '@halite/loader'
import { digest } from '../jinja/filters/salt/hashes.ts'
import type { TemplateHost } from '../jinja/filters/salt/host.ts'

/** How long a name that `dns_check` asks for may take to answer on its port. */
const reachTimeoutMs = 5000

/** What filters see of the machine a template is rendered on: as much as the functions of the job do. */
export function templateHost(ctx: ExecContext, machine: Pick<Machine, 'files'>): TemplateHost {
  const { fs } = ctx
  return {
    isWindows: ctx.platform === 'win32',
    which: async (program) => ctx.which(program),
    head: async (path, length) => (await readable(() => fs.read(path)))?.subarray(0, length),
    size: async (path) => {
      const facts = await fs.stat(path)
      return facts?.type === 'file' ? facts.size : undefined
    },
    hash: async (path, type) => digest(type, await fs.read(path)),
    list: (path) => below(machine, path),
    uid: (user) => uidOf(ctx, user),
    reach: (name, port, ipv6) => reach(name, port, { ipv6, signal: ctx.signal }),
    query: async (url, options) => ctx.call('http.query', [url], Object.fromEntries(options)),
  }
}

async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch {
    return undefined // what cannot be read is neither text nor binary
  }
}

async function below({ files }: Pick<Machine, 'files'>, path: string): Promise<string[]> {
  const found = [path]
  const facts = await files.stat(path)
  if (facts?.type !== 'directory') return facts === undefined ? [] : found
  for (const name of await files.list(path)) {
    const inner = join(path, name)
    const { type } = (await files.stat(inner, { followLinks: false })) ?? {}
    if (type === 'directory') found.push(...(await below({ files }, inner)))
    else found.push(inner)
  }
  return found
}

async function uidOf({ run }: ExecContext, user: string | undefined): Promise<number | undefined> {
  if (user === undefined) return process.getuid?.()
  const { stdout, retcode } = await run.text(['id', '-u', '--', user])
  return retcode === 0 ? Number(stdout) : undefined
}

interface ReachOptions {
  readonly ipv6: boolean | undefined
  readonly signal: AbortSignal
}

/** The first address of a name that takes a connection on the port; of any family unless `ipv6` says which. */
async function reach(
  name: string,
  port: number,
  { ipv6, signal }: ReachOptions,
): Promise<string | undefined> {
  const family = ipv6 === undefined ? 0 : ipv6 ? 6 : 4
  const found = await readable(() => lookup(name, { all: true, family }))
  for (const { address } of found ?? []) if (await answers(address, port, signal)) return address
  return undefined
}

function answers(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: reachTimeoutMs, signal })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', (error) => {
      if (!signal.aborted) return end(false)
      socket.destroy()
      reject(new SaltError('COMMAND_FAILED', `${host} was not waited for`, { cause: error }))
    })
  })
}
