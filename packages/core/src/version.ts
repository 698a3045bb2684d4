// SPDX-License-Identifier: Apache-2.0

/** The version in `lerna.json`, kept equal to it by a test. */
const sourceVersion = '0.1.0'

/** The version of this release: of the sources, or the one that a frozen build was given. */
export const version: string = (import.meta as { release?: string }).release ?? sourceVersion
