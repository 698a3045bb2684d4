// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { helpText, usageErrorText } from '../src/help.ts'
import { saltTool } from '../src/options/salt.ts'
import { saltCallTool } from '../src/options/salt-call.ts'
import { saltCpTool } from '../src/options/salt-cp.ts'
import { saltKeyTool } from '../src/options/salt-key.ts'
import { saltMasterTool } from '../src/options/salt-master.ts'
import { saltMinionTool } from '../src/options/salt-minion.ts'
import { saltRunTool } from '../src/options/salt-run.ts'

const tools = [saltTool, saltCallTool, saltKeyTool, saltRunTool, saltCpTool, saltMasterTool, saltMinionTool]

describe.each(tools)('--help of $name', (tool) => {
  it('begins with the usage line and ends with examples', async () => {
    const help = await helpText(tool, 100)
    expect(help.split('\n')[0]).toBe(`Usage: ${tool.name} ${tool.usage}`)
    expect(help).toContain(tool.doc)
    for (const [command] of tool.examples) expect(help).toContain(command)
  })

  it('shows every option with its short form and what stands for its value', async () => {
    const help = await helpText(tool, 100)
    for (const option of Object.values(tool.options)) {
      const value = 'value' in option ? `=${option.value}` : ''
      const short = 'short' in option ? `-${option.short}, ` : ''
      expect(help).toContain(`${short}--${option.names[0]}${value}`)
    }
  })

  it('keeps to the width of the terminal', async () => {
    const help = await helpText(tool, 80)
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

describe('a usage error', () => {
  it('prints usage, message and hint', () => {
    const error = new SaltError('USAGE', 'no such option: --timout', { hint: 'Did you mean --timeout?' })
    expect(usageErrorText(saltTool, error)).toBe(
      [
        "Usage: salt [options] '<target>' <function> [arguments]",
        '',
        'salt: error: no such option: --timout',
        'Did you mean --timeout?',
      ].join('\n'),
    )
  })
})
