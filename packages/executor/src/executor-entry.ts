// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url'

/** The entry point of executors in the compiled package: for programs that use the packages and not the bundle. */
export function executorEntry(): string {
  return fileURLToPath(new URL('./main.js', import.meta.url))
}
