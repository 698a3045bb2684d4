// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isSaltError, messageOf, SaltError, version } from '@halite/core'
import { exitCodeOfError } from './exit.ts'
import type { OptionTable, Tool } from './options/option.ts'
import { type Parsed, parseCommandLine } from './options/parse.ts'
import { openTerminal, type Terminal } from './terminal.ts'
import { unwritten } from './unwritten.ts'

/** What a tool does once its words are read; resolves to the exit code. */
export type Command<T extends OptionTable> = (parsed: Parsed<T>, terminal: Terminal) => Promise<number>

/** Where the files of the bundle lie that are started or imported late. */
export interface Files {
  /** Entry point of job executors. */
  readonly executor: string
  /** Module that exports `manifest`. */
  readonly manifest: string
}

/** The files beside an entry point of the bundle. */
export function filesBeside(entry: string): Files {
  return {
    executor: fileURLToPath(new URL('./executor.js', entry)),
    manifest: new URL('./modules.js', entry).href,
  }
}

/** Longer than any wait; timers take no more. */
const longestTimerMs = 2 ** 31 - 1

/**
 * A tool from its words to its exit code: reads the command line, answers `--help` and `--version`, runs the command, and
 * turns an error into a message with a hint. Ends the process.
 */
export async function runTool<T extends OptionTable>(tool: Tool<T>, command: Command<T>): Promise<never> {
  // A command that waits for a session to come back has nothing that keeps the process: it would end without a word.
  setInterval(() => undefined, longestTimerMs)
  const code = await exitCodeOf(tool, command)
  process.exit(code)
}

async function exitCodeOf<T extends OptionTable>(tool: Tool<T>, command: Command<T>): Promise<number> {
  let terminal = openTerminal()
  let code: number
  try {
    const parsed = await read(tool, process.argv.slice(2))
    terminal = terminalFor(parsed) ?? terminal
    const answer = await answerOf(tool, parsed)
    if (answer !== undefined) terminal.print(answer)
    else for (const line of parsed.ignored) terminal.remark(line)
    code = answer === undefined ? await command(parsed, terminal) : 0
  } catch (error) {
    terminal.printError(await explain(tool, error))
    code = exitCodeOfError(error)
  }
  const failure = await terminal.flush()
  if (failure === undefined) return code
  const lost = unwritten('standard output', failure)
  terminal.printError(await explain(tool, lost))
  await terminal.flush()
  return code === 0 ? lost.exitCode : code
}

async function read<T extends OptionTable>(tool: Tool<T>, argv: readonly string[]): Promise<Parsed<T>> {
  const typed = parseCommandLine(tool, argv)
  const words = [...(await fromSaltfile(tool, typed.options)), ...argv]
  const parsed = words.length === argv.length ? typed : parseCommandLine(tool, words)
  const options: Readonly<Record<string, unknown>> = parsed.options
  if (!options['argsStdin']) return parsed
  return parseCommandLine(tool, words, { more: await linesOfStdin() })
}

/** Most people have no Saltfile, and reading one needs YAML: it is imported where there is one. */
async function fromSaltfile(
  tool: Tool,
  { saltfile, help, version }: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  if (help || version) return []
  const named = typeof saltfile === 'string' ? saltfile : undefined
  if (named === undefined && !existsSync('Saltfile') && !existsSync(join(homedir(), '.salt', 'Saltfile'))) {
    return []
  }
  return (await import('./saltfile.ts')).saltfileWords(tool, named)
}

async function linesOfStdin(): Promise<string[]> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
}

function terminalFor<T extends OptionTable>(parsed: Parsed<T>): Terminal | undefined {
  const { noColor, forceColor, logLevel } = parsed.options as Readonly<Record<string, unknown>>
  const quiet = logLevel === 'quiet'
  return noColor || forceColor || quiet
    ? openTerminal({ noColor: noColor === true, forceColor: forceColor === true, quiet })
    : undefined
}

/** The text of an option that only asks, or undefined. */
async function answerOf<T extends OptionTable>(
  tool: Tool<T>,
  parsed: Parsed<T>,
): Promise<string | undefined> {
  const options: Readonly<Record<string, unknown>> = parsed.options
  if (options['help']) return (await import('./help.ts')).helpText(tool)
  if (options['version']) return `${tool.name} ${version} (Halite)`
  if (options['versionsReport']) return (await import('./versions.ts')).versionsReport()
  return undefined
}

async function explain<T extends OptionTable>(tool: Tool<T>, error: unknown): Promise<string> {
  if (isSaltError(error, 'USAGE')) return (await import('./help.ts')).usageErrorText(tool, error)
  if (!(error instanceof SaltError) && !isSaltError(error)) {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return `[CRITICAL] ${trace}`
  }
  return error.hint === undefined
    ? `[ERROR   ] ${messageOf(error)}`
    : `[ERROR   ] ${messageOf(error)}\n${error.hint}`
}
