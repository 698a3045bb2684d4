// SPDX-License-Identifier: Apache-2.0
import { requestedTargetTypes, schema } from '@halite/core'

const { either, listOf, oneOf, text } = schema

/** Most bytes of a single return, packed. */
export const maxReturnBytes = 64 * 1024 * 1024
/** Most minions that one load names. */
export const maxMinions = 1_000_000
/** A target expression, or the ids of a list target. */
export const target = either(text(65_536), listOf(text(255)))
/** The name of a function, or those of several that run as one job. */
export const functions = either(text(255), listOf(text(255), 100))
/** How a target is to be read. */
export const targetType = oneOf(...requestedTargetTypes)
