// SPDX-License-Identifier: Apache-2.0
import { beforeEach, inject } from 'vitest'
import type { Kit } from './prepare.ts'

/** What machines are made of. Where there can be none it is undefined, and every test of the file is skipped with the reason. */
export function useWindows(): Kit | undefined {
  const prepared = inject('windows')
  beforeEach((ctx) => {
    if ('missing' in prepared) ctx.skip(prepared.missing)
  })
  return 'kit' in prepared ? prepared.kit : undefined
}
