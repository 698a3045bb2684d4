// SPDX-License-Identifier: Apache-2.0

/**
 * What a test run came to: `lines` to print, the last of them `N passed, N failed` with `, N skipped` when any were.
 * A file that cannot be loaded, a hook that throws and an error outside of any test count as one failure each.
 */
export function summary(modules, unhandled) {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const passed = tests.filter((test) => test.result().state === 'passed').length
  const skipped = tests.filter((test) => test.result().state === 'skipped')
  const failed = failures(modules, tests) + unhandled.length
  const counts = [`${passed} passed`, `${failed} failed`]
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`)
  return { total: tests.length, failed, lines: [...remarks(tests), ...reasons(skipped), counts.join(', ')] }
}

function failures(modules, tests) {
  const ofTests = tests.filter((test) => test.result().state === 'failed').length
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
  return ofTests + suites.filter((suite) => suite.errors().length > 0).length
}

/** What passing tests want people to know (`annotate`). */
function remarks(tests) {
  return tests.flatMap((test) => test.annotations().map(({ message }) => `remark: ${message}`))
}

/** One line for each reason, with the tests it kept from running. A reason is what a test gives to `skip`. */
function reasons(skipped) {
  const byReason = new Map()
  for (const test of skipped) {
    const reason =
      test.result().note ?? (isBehindFailure(test) ? 'what runs before it failed' : 'no reason given')
    byReason.set(reason, [...(byReason.get(reason) ?? []), test])
  }
  return [...byReason].map(([reason, tests]) => `skipped ${tests.length}: ${reason} (${examples(tests)})`)
}

function isBehindFailure({ parent }) {
  return parent !== undefined && (parent.errors().length > 0 || isBehindFailure(parent))
}

function examples(tests) {
  const names = tests.slice(0, 3).map((test) => `${test.module.relativeModuleId}: ${test.name}`)
  return [...names, ...(tests.length > 3 ? ['…'] : [])].join('; ')
}
