// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'

/**
 * RE2, loaded when the first pattern needs it: its tables of Unicode take 2 MiB of a daemon that may never see one, and patterns
 * are compiled synchronously. The bundler follows the first form; the second serves plain ESM.
 */
export function loadRe2(): typeof RE2JS {
  const library: { readonly RE2JS: typeof RE2JS } = (import.meta as { bundled?: boolean }).bundled
    ? require('re2js')
    : createRequire(import.meta.url)('re2js')
  return library.RE2JS
}
