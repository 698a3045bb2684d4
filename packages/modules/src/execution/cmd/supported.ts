// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** Refuses what Salt offers and this version does not, rather than run something else than was asked: ARGUMENTS_INVALID. */
export function checkSupported(asked: { readonly template?: string | undefined }): void {
  if (asked.template) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `template=${asked.template} is refused: there is no renderer of templates yet, and the command was not run`,
    )
  }
}
