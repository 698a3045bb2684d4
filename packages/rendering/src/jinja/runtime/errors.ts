// SPDX-License-Identifier: Apache-2.0

/** What Salt's message begins with: of an undefined value, a rule of the language, a function of Salt, anything else. */
export type ProblemKind = 'variable' | 'syntax' | 'function' | 'error'

/** Something that fails while a template runs; the runtime knows where. Messages are Jinja's and Python's. */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem'
  readonly kind: ProblemKind

  constructor(kind: ProblemKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** A template that no file source has; `ignore missing` looks for it. */
export class TemplateMissing extends TemplateProblem {}

/** A limit that keeps a template from holding its process: never ignored, whatever is around it. */
export class LimitExceeded extends TemplateProblem {
  constructor(message: string) {
    super('error', message)
  }
}
