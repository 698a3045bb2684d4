// SPDX-License-Identifier: Apache-2.0

/** Data that asks for an outputter has Salt's form for that, which `salt-run` takes apart again. */
export function withOutputter(outputter: string | undefined, data: unknown): unknown {
  return outputter === undefined ? data : { outputter, data }
}
