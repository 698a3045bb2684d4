// SPDX-License-Identifier: Apache-2.0

/**
 * An answer that many requests wait for together: one promise for all of them, and what each does when it resolves. A handler
 * that returns it answers what `answer` returns, which is called once, and not at all when the promise rejects.
 */
export class SharedAnswer {
  readonly settled: Promise<void>
  readonly answer: () => unknown

  constructor(settled: Promise<void>, answer: () => unknown) {
    this.settled = settled
    this.answer = answer
  }
}
