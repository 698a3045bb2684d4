// SPDX-License-Identifier: Apache-2.0
import type { LoadedOptions, Logger, OptionRole } from '@halite/core'

type Remarkable = Pick<LoadedOptions<OptionRole>, 'warnings' | 'remarks' | 'unused'>

/**
 * What a daemon says about its configuration as it starts: each warning; each option that nobody knows, since it may be a
 * slip, or that would forbid something, since somebody relies on it; and in one line how many options have no effect here, whose names follow at level info.
 */
export function logRemarks({ warnings, remarks, unused }: Remarkable, log: Logger): void {
  for (const warning of [...warnings, ...remarks]) log.warning(warning)
  const named = ['unknown', 'restriction']
  const known = unused.filter(({ kind }) => !named.includes(kind))
  for (const { kind, text } of unused) if (named.includes(kind)) log.warning(text)
  if (known.length === 0) return
  const options = known.length === 1 ? '1 option' : `${known.length} options`
  log.warning(
    `${options} of the configuration not used by this version: -l info names them, docs/differences-from-salt.md says more`,
  )
  for (const { text } of known) log.info(text)
}
