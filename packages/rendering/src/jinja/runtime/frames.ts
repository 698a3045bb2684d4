// SPDX-License-Identifier: Apache-2.0

import type { Source } from '../syntax/source.ts'
import type { ProblemKind } from './errors.ts'
import { Budget } from './limits.ts'
import type { RuntimeServices } from './services.ts'
import { Undefined } from './undefined.ts'

/** A place in a template that rendering has entered and not left. */
export interface Frame {
  readonly source: Source
  /** Where it went on into the next one. */
  at: number
}

/** Where a rendering is, and what it has used so far. */
export class Frames {
  readonly services: RuntimeServices
  readonly budget: Budget
  /** The template that runs now is the last; the entries before it are those that brought it here. */
  readonly frames: Frame[]
  protected frame: Frame

  constructor(services: RuntimeServices, source: Source) {
    this.services = services
    this.budget = new Budget(services.limits, services.now)
    this.frame = { source, at: 0 }
    this.frames = [this.frame]
  }

  /** The offset that an error points at now. */
  get place(): number {
    return this.frame.at
  }

  /** The template that runs now. */
  get source(): Source {
    return this.frame.source
  }

  /** An undefined value that says what is missing; Salt reports what is forbidden as `syntax`, functions as `function`. */
  undefined(message: string, kind?: ProblemKind): Undefined {
    return new Undefined(message, { strictness: this.services.strictness, ...(kind && { kind }) })
  }

  /** Runs what belongs to another template or goes one level deeper; an error inside keeps the frames that led to it. */
  inside<T>(source: Source, run: () => T | Promise<T>): T | Promise<T> {
    this.budget.enter()
    const frame: Frame = { source, at: 0 }
    const outer = this.frame
    this.frames.push(frame)
    this.frame = frame
    const leave = (result: T): T => {
      this.budget.leave()
      this.frames.pop()
      this.frame = outer
      return result
    }
    const result = run()
    return result instanceof Promise ? result.then(leave) : leave(result)
  }

  /** One level deeper in the template that runs now. */
  nested<T>(run: () => T | Promise<T>): T | Promise<T> {
    return this.inside(this.frame.source, run)
  }

  /** At each round of a loop: is there still time and room? */
  tick(outputLength: number): void {
    this.budget.step()
    this.budget.output(outputLength)
    if (this.services.signal?.aborted) throw this.services.signal.reason
  }
}
