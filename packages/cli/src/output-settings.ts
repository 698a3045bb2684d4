// SPDX-License-Identifier: Apache-2.0
import type { MasterOptions, MinionOptions } from '@halite/core'
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
    out: options.out ?? (config.output === '' ? undefined : config.output),
    indent: options.outIndent,
    file: options.outFile,
    append: options.outFileAppend === true,
    color: config.color,
    forceColor: options.forceColor === true,
    static: options.static === true,
  }
}
