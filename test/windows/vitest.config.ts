// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { builtPackages } from '../../scripts/test/built-packages.mjs'

/** Tests of minions on Windows, each on a machine of its own: a prefix of Wine. `npm run test:windows` runs them. */
export default defineConfig({
  plugins: [builtPackages(join(import.meta.dirname, '../..'))],
  test: {
    include: ['test/windows/**/*.test.ts'],
    globalSetup: ['test/windows/wine/provide.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: process.env['CI'] === 'true' ? 1 : 0,
  },
})
