// SPDX-License-Identifier: Apache-2.0
import { afterAll } from 'vitest'
// Not the package: it would bring master and minion into processes whose tests need neither.
import { removeTemporaryDirectories } from '../../packages/testing/src/temporary-directory.ts'

// Hooks run in the reverse order of their registration: this one is behind those of the test file.
afterAll(removeTemporaryDirectories)
