// SPDX-License-Identifier: Apache-2.0
import { LocalClient } from '@halite/client'
import { dumpYaml, exitCodes, isSecretOption, type MasterOptions, SaltError } from '@halite/core'
import { Registry } from '@halite/loader'
import { saltCall, targetOf } from '../arguments.ts'
import type { Command } from '../main.ts'
import { saltTool } from '../options/salt.ts'
import { openOutput } from '../output.ts'
import { outputSettings } from '../output-settings.ts'
import type { Terminal } from '../terminal.ts'
import { startTool } from '../tool-start.ts'
import { runSalt } from './salt-job.ts'
import type { Show } from './salt-report.ts'

/** `salt`: a job for minions, its returns as they come, and an honest exit code. */
export function saltCommand(manifestUrl: string): Command<typeof saltTool.options> {
  return async (parsed, terminal) => {
    const { options, words } = parsed
    const { options: config, log } = startTool('master', { tool: saltTool, parsed, terminal })
    if (options.configDump) return dumpConfig(config, terminal)
    const { manifest } = await import(manifestUrl)
    const output = await openOutput(outputSettings(options, config), {
      registry: new Registry(manifest, { options: config }),
      terminal,
    })
    const show: Show = { options, config, output, terminal, log }
    await using client = new LocalClient({ options: config, log })
    if (options.previewTarget) return await preview(client, words, show)
    // Awaited here, for the client is closed as soon as this function returns.
    return await runSalt(client, saltCall(words, options), show)
  }
}

function dumpConfig(options: MasterOptions, terminal: Terminal): number {
  const shown = Object.entries(options).map(([name, value]) => [
    name,
    isSecretOption(name) && value !== '' ? '**********' : value,
  ])
  terminal.print(dumpYaml(Object.fromEntries(shown)).trimEnd())
  return exitCodes.ok
}

async function preview(client: LocalClient, words: readonly string[], show: Show): Promise<number> {
  const [target] = words
  if (target === undefined) {
    throw new SaltError('USAGE', 'Cannot execute command without defining a target.', {
      exitCode: exitCodes.incomplete,
    })
  }
  const { tgt, tgtType } = targetOf(target, show.options)
  await show.output.show(await client.preview(tgt, { tgtType, delimiter: show.options.delimiter }))
  await show.output.close()
  return exitCodes.ok
}
