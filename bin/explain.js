// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'

/** Ends the launcher of a tool that could not be imported: in a fresh clone by saying what to do, else with the error. */
export function explain(tool, error) {
  if (existsSync(new URL(`../dist/${tool}.js`, import.meta.url))) throw error
  process.stderr.write(`${tool}: this clone is not built: run npm run build first\n`)
  process.exitCode = 70
}
