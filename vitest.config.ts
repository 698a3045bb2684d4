// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { builtPackages } from './scripts/test/built-packages.mjs'

/** Most files wait for processes, timers and sockets half of their time: two on each core keep the cores busy. */
const workers = availableParallelism() * 2

/** They bound how long something may take, so nothing else runs beside them. */
const alone = [
  'packages/targeting/test/{hostile,match-budget}.test.ts',
  'test/integration/hostile/{flood,front-door}.test.ts',
]

/** They keep nothing in the process that another file could find: no mocks, no environment, no working directory. */
const pure = ['packages/*/test/**/*.test.ts', 'test/architecture/*.test.ts']

/** They replace timers of their process, which a test file behind them could find. */
const replacing = ['packages/transport/test/channel/{requests-under-way,late-answers}.test.ts']

/** They have a run of their own: `npm run test:windows`. */
const windows = ['test/windows/**']

const shared = {
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A shared machine may starve a test once; on a desk a failure is a failure.
  retry: process.env['CI'] === 'true' ? 1 : 0,
} as const

export default defineConfig({
  plugins: [builtPackages(import.meta.dirname)],
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'side by side',
          include: ['test/**/*.test.ts', ...replacing],
          exclude: [...alone, ...windows, 'test/architecture/*.test.ts', '**/node_modules/**'],
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'in shared processes',
          include: pure,
          exclude: [...alone, ...replacing, '**/node_modules/**'],
          // To start a process for each file, and to import there what is tested, takes longer than most of the tests.
          isolate: false,
          restoreMocks: true,
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
