// SPDX-License-Identifier: Apache-2.0

/**
 * A value of a higher layer that is not one of the data model's types, such as a template's macro or range, and that still
 * prints, compares and counts as true by Python's rules wherever data holds it.
 */
export abstract class PythonObject {
  /** Python's name for its type. */
  abstract get typeName(): string

  /** What Python's `repr` gives. */
  abstract repr(): string

  /** What Python's `str` gives. */
  str(): string {
    return this.repr()
  }

  /** What Python's `bool` gives. */
  isTruthy(): boolean {
    return true
  }

  /** Python's `==`; by default only with itself. */
  equals(other: unknown): boolean {
    return this === other
  }
}
