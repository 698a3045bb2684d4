// SPDX-License-Identifier: Apache-2.0
import { floatOf, mapOf } from '@halite/core'
import {
  type Arbitrary,
  array,
  bigInt,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  letrec,
  maxSafeInteger,
  oneof,
  string,
  tuple,
  uint8Array,
} from 'fast-check'

/** Text of every kind, keys that are hostile to JavaScript among it. */
const text = oneof(
  string({ unit: 'grapheme' }),
  string(),
  constantFrom('', '10', '2', '__proto__', 'constructor', 'toString', 'é', '\0', '😀', 'yes', '1.0', 'null'),
)
const whole = oneof(
  integer({ min: -300, max: 300 }),
  maxSafeInteger(),
  bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
)
const float = oneof(double({ noNaN: true }), integer({ min: -9, max: 9 }), constant(-0)).map(floatOf)
const scalar = oneof(constant(null), boolean(), whole, float, text)

/** What JSON can say: keys are text. */
export function jsonValue(): Arbitrary<unknown> {
  return nested(scalar, text)
}

/** Every value of the data model: keys of every type, bytes. */
export function anyValue(): Arbitrary<unknown> {
  return nested(
    oneof(
      scalar,
      uint8Array().map((bytes) => Buffer.from(bytes)),
    ),
    scalar,
  )
}

/** What YAML can say without tags: keys of every type, no bytes, no characters that need escapes of their own. */
export function yamlValue(): Arbitrary<unknown> {
  return nested(scalar, scalar)
}

function nested(leaf: Arbitrary<unknown>, key: Arbitrary<unknown>): Arbitrary<unknown> {
  return letrec((tie) => ({
    value: oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('list'), tie('map')),
    list: array(tie('value'), { maxLength: 5 }),
    map: array(tuple(key, tie('value')), { maxLength: 6 }).map(mapOf),
  })).value
}
