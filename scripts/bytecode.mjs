// SPDX-License-Identifier: Apache-2.0
// Makes bytecode for a bundle that another Node built; setup runs it where it is missing.
import { join } from 'node:path'
import { recordBytecode } from './build/record-bytecode.mjs'

await recordBytecode(join(import.meta.dirname, '..'))
