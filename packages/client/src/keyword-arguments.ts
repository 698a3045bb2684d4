// SPDX-License-Identifier: Apache-2.0

/** Keyword arguments as they travel at the end of an argument list: none, or one map whose mark stands first. */
export function keywordArguments(
  kwarg: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  if (Object.keys(kwarg).length === 0) return []
  return [Object.assign({ __kwarg__: true }, kwarg, { __kwarg__: true })]
}
