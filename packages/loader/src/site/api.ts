// SPDX-License-Identifier: Apache-2.0
import {
  entriesOf,
  equal,
  Float,
  floatOf,
  hasKey,
  isMap,
  keysOf,
  mapOf,
  pythonStr,
  SaltError,
  toPlain,
  valueAt,
  valuesOf,
} from '@halite/core'
import { arg } from '../arg.ts'
import { failed } from '../context.ts'
import { defineGrain, defineModule, defineOutputter, defineRenderer, defineSdb, fn } from '../define.ts'
import { defineState, stateFn } from '../define-state.ts'
import { definePillar } from '../external-pillar.ts'
import type { Manifest } from '../manifest.ts'
import { masterFn } from '../master-context.ts'
import { defineTops } from '../master-tops.ts'
import { type Contract, signature } from '../signature.ts'

/** What a module needs for data that JavaScript has no form for. */
const values = {
  Float,
  floatOf,
  isMap,
  entriesOf,
  keysOf,
  valuesOf,
  valueAt,
  hasKey,
  mapOf,
  toPlain,
  equal,
  pythonStr,
}

/** What the factory of a site module is given: all it may use beside `node:` modules and files of its own directory. */
export interface SiteApi {
  readonly defineModule: typeof defineModule
  readonly defineGrain: typeof defineGrain
  readonly defineOutputter: typeof defineOutputter
  readonly defineRenderer: typeof defineRenderer
  readonly definePillar: typeof definePillar
  readonly defineState: typeof defineState
  readonly defineTops: typeof defineTops
  readonly defineSdb: typeof defineSdb
  readonly fn: typeof fn
  readonly masterFn: typeof masterFn
  readonly stateFn: typeof stateFn
  readonly arg: typeof arg
  readonly failed: typeof failed
  readonly signature: typeof signature
  readonly SaltError: typeof SaltError
  /** Data as Salt has it: maps of any keys, whole floats. See docs/extend/values-in-modules.md. */
  readonly values: typeof values
  /** The functions that every provider of a virtual name has. Throws `MODULE_INVALID` when the name has no contract. */
  contract(virtual: string): Contract
}

/** The default export of a site module: makes the module out of what it is given, at once or in a promise. */
export type SiteFactory<M = unknown> = (api: SiteApi) => M | Promise<M>

/** Gives what site modules are given, made at the first call: it imports the contracts of the manifest. */
export function lateSiteApi(manifest: Manifest): () => Promise<SiteApi> {
  let made: Promise<SiteApi> | undefined
  return () => {
    made ??= siteApi(manifest)
    return made
  }
}

async function siteApi({ contracts = {} }: Manifest): Promise<SiteApi> {
  const loaded = await Promise.all(
    Object.entries(contracts).map(async ([name, load]) => [name, (await load()) as Contract] as const),
  )
  const known = new Map(loaded)
  return {
    defineModule,
    defineGrain,
    defineOutputter,
    defineRenderer,
    definePillar,
    defineState,
    defineTops,
    defineSdb,
    fn,
    masterFn,
    stateFn,
    arg,
    failed,
    signature,
    SaltError,
    values,
    contract: (virtual) => {
      const found = known.get(virtual)
      if (found !== undefined) return found
      const names = [...known.keys()].sort().join(', ')
      throw new SaltError(
        'MODULE_INVALID',
        `there is no contract '${virtual}'; there are: ${names || 'none'}`,
      )
    },
  }
}
