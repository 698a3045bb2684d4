// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of bytecode for a Node on a platform, as runtime/load.js names it. */
export function bytecodeFolder(version, platform) {
  return `.bytecode/${version}-${platform}`
}

/** Where programs look for the bytecode of the Node that runs this (runtime/load.js). */
export function bytecodePlace(root) {
  return join(root, 'dist', bytecodeFolder(process.version, `${process.platform}-${process.arch}`))
}

/** Whether there is bytecode for this Node, or making it failed before. */
export function isRecorded(root) {
  return existsSync(bytecodePlace(root))
}
