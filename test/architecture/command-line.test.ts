// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest'
import type { OptionTable } from '../../packages/cli/src/options/option.ts'
import { saltTool } from '../../packages/cli/src/options/salt.ts'
import { saltCallTool } from '../../packages/cli/src/options/salt-call.ts'
import { saltCpTool } from '../../packages/cli/src/options/salt-cp.ts'
import { saltKeyTool } from '../../packages/cli/src/options/salt-key.ts'
import { saltMasterTool } from '../../packages/cli/src/options/salt-master.ts'
import { saltMinionTool } from '../../packages/cli/src/options/salt-minion.ts'
import { saltRunTool } from '../../packages/cli/src/options/salt-run.ts'
import { expectNone } from './expect-none.ts'
import { filesUnder, type Node, parse, walk } from './sources.ts'

const tools = [saltTool, saltCallTool, saltCpTool, saltKeyTool, saltMasterTool, saltMinionTool, saltRunTool]

test('each option of a command line is read by its command, or becomes one of the configuration', () => {
  const unread = tools.flatMap(({ name, options }) => {
    const read = namesReadBy(name)
    return Object.entries(options as OptionTable)
      .filter(([key, option]) => option.config === undefined && !read.has(key))
      .map(([key]) => `${name}: ${key}`)
  })
  expectNone('Heed these options, or take them out of the table', unread)
})

/** Names of properties that the command's file or one that commands share reads, also by lists of names. */
function namesReadBy(tool: string): Set<string> {
  const others = tools.filter(({ name }) => name !== tool).map(({ name }) => `/commands/${name}.ts`)
  const files = filesUnder('packages/cli/src', /\.ts$/).filter(
    (path) => !path.includes('/options/salt') && !others.some((other) => path.endsWith(other)),
  )
  const read = new Set<string>()
  for (const file of files) walk(parse(file).program, (node) => addRead(node, read))
  return read
}

function addRead(node: Node, read: Set<string>): void {
  if (node.type === 'MemberExpression' && node.property.type === 'Identifier') read.add(node.property.name)
  if (node.type === 'Literal' && typeof node.value === 'string') read.add(node.value)
  if (node.type === 'ObjectPattern')
    for (const { key } of node.properties) if (key?.type === 'Identifier') read.add(key.name)
}
