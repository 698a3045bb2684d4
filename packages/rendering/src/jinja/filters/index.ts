// SPDX-License-Identifier: Apache-2.0
import { type NativeFunction, nativeTable } from '../runtime/native.ts'
import { generalFilters } from './general.ts'
import { higherOrderFilters } from './higher-order.ts'
import { htmlFilters } from './html.ts'
import { numberFilters } from './numbers.ts'
import { combinationFilters } from './salt/combinations.ts'
import { compareFilters } from './salt/compare.ts'
import { saltDataFilters } from './salt/data.ts'
import { dateFilters } from './salt/dates.ts'
import { entryFilters } from './salt/entries.ts'
import { hashFilters } from './salt/hashes.ts'
import { hostFilters } from './salt/host.ts'
import { keyFilters } from './salt/keys.ts'
import { networkFilters } from './salt/network.ts'
import { queryFilters } from './salt/query.ts'
import { sampleFilters } from './salt/samples.ts'
import { serializeFilters } from './salt/serialize.ts'
import { setFilters } from './salt/sets.ts'
import { saltTextFilters } from './salt/text.ts'
import { textBytesFilters } from './salt/text-bytes.ts'
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
  setFilters,
  compareFilters,
  textBytesFilters,
  entryFilters,
  sampleFilters,
  keyFilters,
  combinationFilters,
  serializeFilters,
  hashFilters,
  dateFilters,
  networkFilters,
  queryFilters,
  hostFilters,
)
