// SPDX-License-Identifier: Apache-2.0

/**
 * The built-in functions with their arguments, for the types of `ctx.call`: name → `args` by name, the `order` of those that have a place, and `rest` where further
 * positional values are accepted. The package
 * of the modules adds them to this interface; it is generated there from what the modules declare.
 */
// biome-ignore lint/suspicious/noEmptyInterface: declarations in another package are merged with this one
export interface BuiltInFunctions {}
