// SPDX-License-Identifier: Apache-2.0
import { removeTemporaryDirectories } from '@halite/testing'
import { afterAll } from 'vitest'

// Hooks run in the reverse order of their registration: this one is behind those of the test file.
afterAll(removeTemporaryDirectories)
