// SPDX-License-Identifier: Apache-2.0
import type { MasterOptions, MinionOptions } from '@halite/core'
import type { StatesStyle } from '@halite/loader'
import type { OutputSettings } from './output.ts'

interface OutputOptions {
  readonly out?: string | undefined
  readonly outIndent?: number | undefined
  readonly outFile?: string | undefined
  readonly outFileAppend?: boolean
  readonly forceColor?: boolean
  readonly static?: boolean
}

/** How results are shown: the command line, then the option `output` of the configuration. */
export function outputSettings(
  options: OutputOptions,
  config: MasterOptions | MinionOptions,
): OutputSettings {
  return {
    out: options.out,
    configured: config.output,
    indent: options.outIndent,
    file: options.outFile,
    append: options.outFileAppend === true,
    color: config.color,
    forceColor: options.forceColor === true,
    static: options.static === true,
    states: statesStyle(config),
  }
}

function statesStyle(config: MasterOptions | MinionOptions): StatesStyle {
  return {
    output: config.state_output,
    verbose: config.state_verbose,
    diff: config.state_output_diff,
    profile: config.state_output_profile,
    pct: config.state_output_pct,
    tabular: config.state_tabular,
    compressIds: config.state_compress_ids,
    exclude: namesOf(config.state_output_exclude),
    terse: namesOf(config.state_output_terse),
  }
}

function namesOf(value: string | readonly string[]): readonly string[] {
  return (typeof value === 'string' ? value.split(',') : value).map((name) => name.trim())
}
