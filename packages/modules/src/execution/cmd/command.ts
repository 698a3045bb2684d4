// SPDX-License-Identifier: Apache-2.0

/** A command with everything that says how it runs; the names are Salt's. */
export interface Command {
  /** Text, or a list of words that no shell reads. */
  readonly cmd: string | readonly string[]
  readonly throughShell: boolean
  readonly cwd?: string | undefined
  readonly stdin?: string | undefined
  readonly stdin_raw_newlines: boolean
  readonly runas?: string | undefined
  readonly group?: string | undefined
  readonly shell?: string | undefined
  readonly env?: Readonly<Record<string, unknown>> | undefined
  readonly clean_env: boolean
  readonly prepend_path?: string | undefined
  readonly reset_system_locale: boolean
  readonly umask?: string | undefined
  /** Seconds; 0 is no limit. */
  readonly timeout?: number | undefined
  /** Give it a terminal. */
  readonly use_vt?: boolean
  readonly redirect_stderr: boolean
  readonly bg: boolean
  readonly rstrip: boolean
  readonly output_encoding?: string | undefined
  readonly output_loglevel: string
  readonly ignore_retcode: boolean
  readonly success_retcodes: readonly number[]
  readonly success_stdout: readonly string[]
  readonly success_stderr: readonly string[]
}

/** What `cmd.run_all` returns. In the background there is no retcode. */
export interface Outcome {
  readonly pid: number
  readonly retcode: number | null
  readonly stdout: string
  readonly stderr: string
}
