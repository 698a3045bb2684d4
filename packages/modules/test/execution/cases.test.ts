// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest'
import { checkCase, readCases } from '../case-file.ts'

test.each(readCases(import.meta.dirname))('$file: $fun: $name', checkCase)
