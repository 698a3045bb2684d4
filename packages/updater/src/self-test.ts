// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { run, SaltError } from '@halite/core'
import { readManifest } from './manifest.ts'

/** How long a version may take to say which one it is. */
const selfTestMs = 60_000

/**
 * Starts the Node and the first program of the version in `folder`, before anything relies on them. Rejects with `UPDATE_FAILED`
 * when they do not start here.
 */
export async function selfTest(folder: string): Promise<void> {
  const { tools } = readManifest(folder)
  const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const entry = join(folder, 'lib', `${tools[0]}.js`)
  const failed = (why: string) =>
    new SaltError('UPDATE_FAILED', `the version in ${folder} does not start here: ${why}`)
  const { retcode, stderr, timedOut } = await run([node, entry, '--version'], {
    timeoutMs: selfTestMs,
  }).catch((error: unknown) => {
    throw failed(String(error))
  })
  if (timedOut) throw failed(`it said nothing within ${selfTestMs / 1000} s`)
  if (retcode !== 0) throw failed(`exit code ${retcode}, ${stderr.toString('utf8').trim().slice(0, 500)}`)
}
