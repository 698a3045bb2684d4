// SPDX-License-Identifier: Apache-2.0

/** The version of this release, kept equal to `lerna.json` by a test. */
export const version = '0.1.0'
