// SPDX-License-Identifier: Apache-2.0

/** A value that was packed before, as `pack` gave it: it is written as it is, wherever it stands. */
export class Packed {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}
