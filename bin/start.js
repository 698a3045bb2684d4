// SPDX-License-Identifier: Apache-2.0
'use strict'
const { existsSync } = require('node:fs')
const { join } = require('node:path')

/** Starts a tool of the bundle; in a clone that is not built yet it says what to do. */
module.exports = (tool) => {
  const file = join(__dirname, '..', 'dist', `${tool}.js`)
  try {
    require(file)
  } catch (error) {
    if (existsSync(file)) throw error
    process.stderr.write(`${tool}: this clone is not built: run npm run build first\n`)
    process.exitCode = 70
  }
}
