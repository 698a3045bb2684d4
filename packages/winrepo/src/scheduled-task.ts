// SPDX-License-Identifier: Apache-2.0
import type { CommandLine } from './command-line.ts'

/** A task of the task scheduler has not run yet, or runs now: codes in place of an exit code. */
const notRunYet = 0x41303
const isRunning = 0x41301
/** Where `schtasks /query /v /fo csv` has the exit code, in every language. */
const resultColumn = 6

/**
 * The definition of a task that runs a program as the system, once and when it is told to, in XML for `schtasks /create`. A directory `.`, that
 * of the code of a product, is left to the scheduler.
 */
export function scheduledTask({ program, arguments: words }: CommandLine, directory: string): string {
  const start = directory === '.' ? '' : `\n      <WorkingDirectory>${escaped(directory)}</WorkingDirectory>`
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escaped(program)}</Command>
      <Arguments>${escaped(words)}</Arguments>${start}
    </Exec>
  </Actions>
</Task>
`
}

/** Reads what `schtasks /query /v /fo csv /nh` prints of a task: its exit code once it has run. */
export function readTaskResult(printed: string): { readonly isRunning: boolean; readonly exitCode?: number } {
  const fields = [...(printed.trim().split(/\r?\n/, 1)[0] ?? '').matchAll(/"((?:[^"]|"")*)"/g)]
  const code = Number(fields[resultColumn]?.[1])
  if (code === isRunning) return { isRunning: true }
  if (code === notRunYet || !Number.isInteger(code)) return { isRunning: false }
  return { isRunning: false, exitCode: code }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
