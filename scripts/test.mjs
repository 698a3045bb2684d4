// SPDX-License-Identifier: Apache-2.0
// Runs the tests: `npm test`, or `npm test -- packages/core -t 'part of a name'` for some of them.
// After the runner's own report come remarks, what was skipped and why, and as the last line `N passed, N failed`.
import { parseCLI, startVitest } from 'vitest/node'
import { summary } from './test/summary.mjs'

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const vitest = await startVitest('test', filter, { ...options, watch: false })
const modules = vitest.state.getTestModules()
const unhandled = vitest.state.getUnhandledErrors()
await vitest.close()

const { lines, total, failed } = summary(modules, unhandled)
process.stdout.write(`\n${lines.join('\n')}\n`)
// The exit waits for the pipe to take the last line, but for nothing that a test left open.
process.stdout.write('', () => process.exit(failed === 0 && total > 0 ? 0 : 1))
