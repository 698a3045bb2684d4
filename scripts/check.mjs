// SPDX-License-Identifier: Apache-2.0
// The one command a contributor must know: everything a change has to pass, cheap and decisive first.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

const steps = [
  {
    name: 'setup',
    script: 'scripts/setup.mjs',
    remedy: 'install Node 20.19 or newer, then look at the message above',
  },
  {
    name: 'lint',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings', '.'],
    remedy: '`npm run format` repairs most of it; the rest is named above with file and line',
  },
  { name: 'build', script: 'scripts/build.mjs', remedy: 'correct the types at the places named above' },
  {
    name: 'types of the tests',
    script: 'node_modules/typescript/bin/tsc',
    args: ['--project', 'test'],
    remedy: 'correct the types at the places named above',
  },
  {
    name: 'generated files',
    script: 'scripts/generate.mjs',
    args: ['--check'],
    remedy: '`npm run generate`, and commit what it wrote',
  },
  { name: 'tests', script: 'scripts/test.mjs', remedy: '`npm test -- <file>` repeats one file alone' },
]

for (const step of steps) {
  process.stdout.write(`— ${step.name}\n`)
  const { status } = spawnSync(process.execPath, [step.script, ...(step.args ?? [])], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status === 0) continue
  process.stderr.write(`\n${step.name} failed. Remedy: ${step.remedy}.\n`)
  process.exit(1)
}
