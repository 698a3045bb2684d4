// SPDX-License-Identifier: Apache-2.0

/** What is wrong with a document: libyaml's words, and where. Offsets count UTF-16 units of the text. */
export class YamlFault extends Error {
  /** Where the mistake was seen. */
  readonly offset: number
  /** Where what is being read began; undefined where that says nothing. */
  readonly from: number | undefined

  constructor(offset: number, problem: string, from?: number) {
    super(problem)
    this.offset = offset
    this.from = from
  }
}
