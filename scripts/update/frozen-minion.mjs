// SPDX-License-Identifier: Apache-2.0
// A minion that runs from a frozen release of its own, for scripts that update it.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What has to be known to start one: where it lives, what it runs from, and where its updates come from. */
export function startFrozenMinion({ fleet, home, id, tree, url, trustedRoot }) {
  const app = join(home, 'salt')
  placeApp({ app, tree, trustedRoot })
  const config = { id, ...fleet.minionSettings(home), update_url: url, update_health_timeout: 20 }
  mkdirSync(join(home, 'etc'), { recursive: true })
  writeFileSync(
    join(home, 'etc/minion'),
    Object.entries(config)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  )
  const child = spawn(join(app, 'salt-minion'), ['-c', join(home, 'etc')], { stdio: 'ignore', env: {} })
  const logFile = join(home, 'var/log/salt/minion')
  child.once('exit', (code) => console.error(`salt-minion of ${id} ended with code ${code}`))
  return { id, child, log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '') }
}

/** An unpacked release with the root it trusts. */
export function placeApp({ app, tree, trustedRoot }) {
  cpSync(tree, app, { recursive: true })
  mkdirSync(join(app, 'trust'))
  cpSync(trustedRoot, join(app, 'trust/root.json'))
}

/** Ends it, and resolves when it is gone. */
export async function endMinion({ child }) {
  child.removeAllListeners('exit')
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exit
  clearTimeout(hard)
}
