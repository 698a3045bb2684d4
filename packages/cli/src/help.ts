// SPDX-License-Identifier: Apache-2.0
import type { SaltError } from '@halite/core'
import type { Options } from 'yargs'
import { optionGroups } from './options/groups.ts'
import type { Option, Tool } from './options/option.ts'

const widest = 110
const narrowest = 50

/** The text of `--help`: usage, what the tool is for, its options in groups, examples. Loads yargs. */
export async function helpText(tool: Tool, width = columns()): Promise<string> {
  const { default: yargs } = await import('yargs')
  const page = yargs([])
    .scriptName(tool.name)
    .usage(`${usageLine(tool)}\n\n${tool.doc}`)
    .help(false)
    .version(false)
    .detectLocale(false)
    .updateStrings({ 'Examples:': 'Examples' })
    .wrap(Math.max(narrowest, Math.min(width, widest)))
  for (const group of optionGroups) {
    const options = Object.values(tool.options).filter((option) => option.group === group)
    for (const option of options) page.option(labelOf(option), { ...rowOf(option), group })
  }
  for (const [command, meaning] of tool.examples) page.example(command, meaning)
  return page.getHelp()
}

/** `COLUMNS` wins, as in every program of a shell; a terminal knows its own width. */
function columns({ COLUMNS } = process.env): number {
  return Number(COLUMNS) > 0 ? Number(COLUMNS) : (process.stdout.columns ?? widest)
}

/** What a usage error prints on standard error, in the form of Python's optparse; the hint stands below. */
export function usageErrorText(tool: Tool, error: SaltError): string {
  const text = `${usageLine(tool)}\n\n${tool.name}: error: ${error.message}`
  return error.hint === undefined ? text : `${text}\n${error.hint}`
}

function usageLine(tool: Tool): string {
  return `Usage: ${tool.name} ${tool.usage}`
}

/** The page is only printed, never used for parsing, so a label may show what stands for the value. */
function labelOf(option: Option): string {
  const [name] = option.names
  return option.type === 'flag' ? name : `${name}=${option.value}`
}

function rowOf(option: Option): Options {
  return {
    describe: option.doc,
    ...(option.short === undefined ? {} : { alias: option.short }),
    ...('default' in option && option.default !== undefined ? { default: option.default } : {}),
  }
}
