// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { defineSdb } from '@halite/loader'

/** The driver `env`. */
export default defineSdb({
  name: 'env',
  doc: 'Variables of the environment of the minion. What is set stays for the job.',
  get: (_ctx, key) => process.env[key] ?? null,
  set: (_ctx, key, { value }) => {
    process.env[key] ??= pythonStr(value)
    return process.env[key]
  },
})
