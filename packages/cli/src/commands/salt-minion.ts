// SPDX-License-Identifier: Apache-2.0
import { guessMinionId, loadOptions, minionDirectories } from '@halite/core'
import { isSupervised, runDaemon } from '../daemon.ts'
import type { Command, Files } from '../main.ts'
import { logRemarks } from '../option-remarks.ts'
import { configOverrides } from '../options/parse.ts'
import { saltMinionTool } from '../options/salt-minion.ts'

/** `salt-minion`: the daemon on every managed machine. */
export function saltMinionCommand(files: Files): Command<typeof saltMinionTool.options> {
  return async (parsed) => {
    const { configDir, daemon } = parsed.options
    const load = () =>
      loadOptions('minion', { configDir, overrides: configOverrides(saltMinionTool, parsed) })
    const loaded = load()
    const { options } = loaded
    return runDaemon({
      name: 'salt-minion',
      config: options,
      background: daemon,
      remarks: (log) => logRemarks(loaded, log),
      directories: minionDirectories(options),
      reload: () => load().options,
      start: async (log) => {
        const [{ Minion }, { manifest }] = await Promise.all([
          import('@halite/minion'),
          import(files.manifest),
        ])
        const { id } = guessMinionId(options, { log })
        const minion = new Minion({ id, options, manifest, files, log, isSupervised: isSupervised() })
        await minion.start()
        return {
          close: (hurry) => minion.close(hurry),
          reload: (config) => minion.reload(config),
          failed: minion.refused,
          restart: minion.restart,
        }
      },
    })
  }
}
