// SPDX-License-Identifier: Apache-2.0
import { parseMinionId, silentLog } from '@halite/core'
import { createContext, Registry } from '@halite/loader'
import { expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

test('module_report names every function and module, and none as missing', async () => {
  const registry = new Registry(manifest)
  const id = parseMinionId('m1')
  const context = createContext({ registry, id, options: {}, grains: {}, pillar: {}, log: silentLog })
  const functions = await registry.functionNames()
  const modules = await registry.moduleNames()
  expect(functions).toContain('test.module_report')
  expect(await context.call('test.module_report')).toEqual({
    functions,
    function_attrs: functions,
    function_subs: functions,
    modules,
    module_attrs: modules,
    missing_attrs: [],
    missing_subs: [],
  })
})
