// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Most files wait for processes, timers and sockets half of their time: two on each core keep the cores busy. */
const workers = availableParallelism() * 2

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    pool: 'forks',
    maxWorkers: workers,
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
