// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** Refuses what Salt offers and this version does not, rather than run something else than was asked: ARGUMENTS_INVALID. */
export function checkSupported(asked: {
  readonly template?: string | undefined
  readonly use_vt?: boolean
}): void {
  if (asked.template) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `template=${asked.template} is refused: there is no renderer of templates yet, and the command was not run`,
    )
  }
  if (asked.use_vt) {
    throw new SaltError('ARGUMENTS_INVALID', 'use_vt=True is refused: commands get no terminal')
  }
}
