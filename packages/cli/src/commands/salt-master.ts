// SPDX-License-Identifier: Apache-2.0
import { loadOptions, masterDirectories } from '@halite/core'
import { runDaemon } from '../daemon.ts'
import type { Command, Files } from '../main.ts'
import { logRemarks } from '../option-remarks.ts'
import { configOverrides } from '../options/parse.ts'
import { saltMasterTool } from '../options/salt-master.ts'

/** `salt-master`: the daemon that minions connect to. */
export function saltMasterCommand(files: Files): Command<typeof saltMasterTool.options> {
  return async (parsed) => {
    const { configDir, daemon } = parsed.options
    const load = () =>
      loadOptions('master', { configDir, overrides: configOverrides(saltMasterTool, parsed) })
    const loaded = load()
    const { options } = loaded
    return runDaemon({
      name: 'salt-master',
      config: options,
      background: daemon,
      remarks: (log) => logRemarks(loaded, log),
      directories: masterDirectories(options),
      reload: () => load().options,
      start: async (log) => {
        const [{ Master }, { manifest }] = await Promise.all([
          import('@halite/master'),
          import(files.manifest),
        ])
        const master = new Master({ options, manifest, files, keepsExecutor: true, log })
        await master.start()
        return master
      },
    })
  }
}
