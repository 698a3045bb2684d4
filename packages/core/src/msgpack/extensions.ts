// SPDX-License-Identifier: Apache-2.0

/** The extension types of msgpack that carry what it has no form for. */
export const extensions = {
  /** An integer that 64 bits cannot hold: its decimal digits. */
  integer: 1,
  /** Text with lone surrogates, which UTF-8 cannot hold: its UTF-16 units, little-endian. */
  text: 2,
} as const
