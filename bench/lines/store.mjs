// SPDX-License-Identifier: Apache-2.0
// The job store at a million returns, asked through the API: takes its figures from `bench/store.mjs`.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const limitMs = 600_000

/** `jobs.list_jobs` and `jobs.lookup_jid`, milliseconds at the median of thirty calls each. */
export async function storeLines({ quick }) {
  const size = quick ? ['100', '1000'] : ['1000', '1000']
  const script = join(import.meta.dirname, '..', 'store.mjs')
  const { stdout } = await run(process.execPath, [script, ...size], { timeout: limitMs })
  const stored = `${(Number(size[0]) * Number(size[1])).toLocaleString('en')} returns stored`
  const rows = stdout.split('\n').flatMap((row) => {
    const [, name, p50] = /^\| (jobs\.\S.*?)\s+\| p50 ([\d.]+) ms/.exec(row) ?? []
    return name === undefined ? [] : [{ name, value: Number(p50) }]
  })
  return rows.map(({ name, value }) => ({
    id: `store ${name}`,
    name: `${name}; ${stored}`,
    value,
    unit: 'ms',
    reach: { atMost: 20 },
  }))
}
