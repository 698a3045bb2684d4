// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path'
import {
  type DataMap,
  isMap,
  isRecord,
  mapOf,
  pack,
  unpack,
  valueAt,
  withEntry,
  withoutKey,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** A run that was asked for and tried, and waits for somebody who agrees. */
export interface StateRequest {
  /** What it would change. */
  readonly test_run: unknown
  readonly mods: unknown
  /** Its arguments. */
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** The requests there are, by name. */
export async function requests(ctx: ExecContext): Promise<DataMap> {
  const path = pathOf(ctx)
  if (!(await ctx.fs.isFile(path))) return {}
  const value = unpack(await ctx.fs.read(path))
  return isMap(value) ? value : {}
}

/** One of them; undefined when there is none of this name. */
export async function requestNamed(ctx: ExecContext, name: string): Promise<StateRequest | undefined> {
  const found = valueAt(await requests(ctx), name)
  if (!isRecord(found)) return undefined
  const { mods, kwargs, test_run } = found
  return { test_run, mods, kwargs: isRecord(kwargs) ? kwargs : {} }
}

/** Keeps a request under a name, in place of one that is there. */
export async function keepRequest(ctx: ExecContext, name: string, request: StateRequest): Promise<void> {
  await write(ctx, withEntry(await requests(ctx), name, mapOf(Object.entries(request))))
}

/** Removes a request, or all of them. False when there is none of this name. */
export async function dropRequest(ctx: ExecContext, name: string | undefined): Promise<boolean> {
  const all = await requests(ctx)
  if (name === undefined) {
    await ctx.fs.remove(pathOf(ctx))
    return true
  }
  if (valueAt(all, name) === undefined) return !(await ctx.fs.isFile(pathOf(ctx)))
  await write(ctx, withoutKey(all, name))
  return true
}

async function write(ctx: ExecContext, all: DataMap): Promise<void> {
  // A minion without a master may not have stored anything yet.
  await ctx.fs.makeDirectory(dirname(pathOf(ctx)), { mode: 0o750, parents: true })
  await ctx.fs.write(pathOf(ctx), pack(all), { mode: 0o600 })
}

function pathOf({ options }: ExecContext): string {
  return join(String(options['cachedir']), 'req_state.p')
}
