// SPDX-License-Identifier: Apache-2.0
// The moments at which updates break in the field, and the tests that put a fault there. Most are calls that change the disk, of which
// kill-points.test.ts finds every one by itself.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const [here, there] = ['test/integration/updates', 'packages/updater/test']
const anyCall = [
  `${here}/kill-points.test.ts`,
  'killed, rebooted or without power at any call that changes the disk',
] as const

/** Moment → file, and the beginning of the test's name in it. */
const points: Readonly<Record<string, readonly (readonly [file: string, name: string])[]>> = {
  'K1 the lock is taken': [
    anyCall,
    [`${there}/frozen-app.test.ts`, 'while another process changes the directory'],
  ],
  'K2 metadata are half written': [
    anyCall,
    [`${there}/field-failures.test.ts`, 'what was known of the repository'],
  ],
  'K3 a download is half written': [anyCall],
  'K4 before it is verified': [anyCall],
  'K5 in the middle of unpacking': [anyCall],
  'K6 before and after the manifest': [anyCall],
  'K7 before and after the rename to versions/': [anyCall],
  'K8 while the new version is tried out': [
    anyCall,
    [`${there}/frozen-app.test.ts`, 'when the version does not start here'],
  ],
  'K9 the trial is written, current is not switched': [anyCall],
  'K10 the new current is written, not renamed': [anyCall],
  'K11 switched, not started': [anyCall],
  'K12 started, not ready': [[`${here}/start-file.test.ts`, 'leaves a version that crashes at its start']],
  'K13 ready, not confirmed': [[`${here}/kill-points.test.ts`, 'of a confirmation, it counts in the end']],
  'K14 while older versions are removed': [[`${here}/kill-points.test.ts`, 'of the clearing away']],
  'K15 while it switches back': [[`${here}/kill-points.test.ts`, 'of the way back, it is taken in the end']],
  'K16 a start file between counting and starting': [
    [`${here}/kill-points.test.ts`, 'of what a start file has noted'],
  ],
  'K17 a reboot at each of these': [anyCall],
  'K18 the disk is full': [[`${here}/kill-points.test.ts`, 'on a disk that is full at any call']],
  'K19 power fails, and what was not flushed is lost': [
    anyCall,
    [`${here}/kill-points.test.ts`, 'flushes each directory in which it renames'],
    [`${there}/field-failures.test.ts`, 'a power cut left files full of NUL bytes'],
  ],
  'K20 two updaters at once': [[`${here}/kill-points.test.ts`, 'two updaters at once']],
  'K21 during a run of states': [[`${here}/rollout.test.ts`, 'the story of updates']],
  'K22 the clock jumps': [
    [`${there}/clock.test.ts`, 'a year ahead nothing is believed'],
    [`${there}/clock.test.ts`, 'after a jump of %i ms'],
  ],
  'K23 a package manager removes it meanwhile': [
    [`${there}/frozen-app.test.ts`, 'once the application was uninstalled meanwhile'],
  ],
  'K24 a read-only root, no right to write, no right to execute': [
    [`${here}/kill-points.test.ts`, 'in a root that is read-only'],
    [`${there}/frozen-app.test.ts`, 'is not updated where another user owns it'],
    [`${there}/frozen-app.test.ts`, 'where nothing may be started'],
  ],
}

test.each(Object.entries(points))('%s', (_moment, tests) => {
  for (const [file, name] of tests) expect(readFileSync(join(root, file), 'utf8'), file).toContain(`'${name}`)
})
