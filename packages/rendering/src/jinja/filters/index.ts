// SPDX-License-Identifier: Apache-2.0
import { type NativeFunction, nativeTable } from '../runtime/native.ts'
import { generalFilters } from './general.ts'
import { higherOrderFilters } from './higher-order.ts'
import { htmlFilters } from './html.ts'
import { numberFilters } from './numbers.ts'
import { combinationFilters } from './salt/combinations.ts'
import { saltDataFilters } from './salt/data.ts'
import { dateFilters } from './salt/dates.ts'
import { hashFilters } from './salt/hashes.ts'
import { hostFilters } from './salt/host.ts'
import { keyFilters } from './salt/keys.ts'
import { networkFilters } from './salt/network.ts'
import { queryFilters } from './salt/query.ts'
import { serializeFilters } from './salt/serialize.ts'
import { saltTextFilters } from './salt/text.ts'
import { sequenceFilters } from './sequences.ts'
import { textFilters } from './text.ts'

/** Every filter of Jinja and Salt by name. Salt's come last: they replace Jinja's of the same name, as in Salt. */
export const filters: ReadonlyMap<string, NativeFunction> = nativeTable(
  textFilters,
  sequenceFilters,
  higherOrderFilters,
  numberFilters,
  htmlFilters,
  generalFilters,
  saltTextFilters,
  saltDataFilters,
  keyFilters,
  combinationFilters,
  serializeFilters,
  hashFilters,
  dateFilters,
  networkFilters,
  queryFilters,
  hostFilters,
)
