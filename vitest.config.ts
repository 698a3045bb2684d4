// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { builtPackages } from './scripts/test/built-packages.mjs'

/** Files wait for processes, timers and sockets half of their time. Three on each core take as long, and disturb each other more. */
const workers = availableParallelism() * 2

/** They bound how long something may take, so nothing else runs beside them. */
const alone = [
  'packages/targeting/test/{hostile,match-budget}.test.ts',
  'test/integration/hostile/{flood,front-door}.test.ts',
]

/** They start daemons, and wait for them. */
const daemons = ['test/{integration,scenarios,golden}/**/*.test.ts']

/** All others. */
const pure = ['packages/*/test/**/*.test.ts', 'test/architecture/*.test.ts']

/** They replace timers of their process, or look at its memory, which test files before and behind them would show in. */
const byThemselves = [
  'packages/transport/test/channel/{requests-under-way,late-answers}.test.ts',
  'test/integration/hostile/subscriptions.test.ts',
]

const shared = {
  pool: 'forks',
  // To start a process for each file, and to import there what is tested, takes as long as most of the tests. They put
  // back what they change in their process, and leave nothing open.
  isolate: false,
  restoreMocks: true,
  setupFiles: ['test/setup/temporary-directories.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A shared machine may starve a test once; on a desk a failure is a failure.
  retry: process.env['CI'] === 'true' ? 1 : 0,
} as const

export default defineConfig({
  plugins: [builtPackages(import.meta.dirname)],
  test: {
    // Each project has them too: it extends this.
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: 'by themselves',
          include: byThemselves,
          isolate: true,
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      // Projects run in the order of their names: what waits most comes before what fills the cores meanwhile.
      {
        extends: true,
        test: {
          name: 'daemons',
          include: daemons,
          exclude: [...alone, ...byThemselves, '**/node_modules/**'],
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'parts',
          include: pure,
          exclude: [...alone, ...byThemselves, '**/node_modules/**'],
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          isolate: true,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
