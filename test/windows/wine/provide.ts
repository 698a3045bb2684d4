// SPDX-License-Identifier: Apache-2.0
import type { TestProject } from 'vitest/node'
import { type Prepared, prepare } from './prepare.ts'

declare module 'vitest' {
  interface ProvidedContext {
    windows: Prepared
  }
}

/** Before the first test: everything that machines are made of, or the reason why there cannot be one. */
export default async function provide({ provide: give }: TestProject): Promise<void> {
  give('windows', await prepare())
}
