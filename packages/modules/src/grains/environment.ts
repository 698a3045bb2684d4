// SPDX-License-Identifier: Apache-2.0
import { delimiter } from 'node:path'
import { defineGrain } from '@halite/loader'

export default defineGrain({
  name: 'environment',
  doc: 'Shell, search path and working directory that the minion was started with.',
  provides: ['shell', 'path', 'systempath', 'cwd'],
  collect: () => {
    const path = (process.env['PATH'] ?? '').trim()
    const windows = process.platform === 'win32'
    return {
      shell: windows
        ? (process.env['COMSPEC'] ?? 'C:\\Windows\\system32\\cmd.exe')
        : (process.env['SHELL'] ?? '/bin/sh'),
      path,
      systempath: path.split(delimiter),
      cwd: process.cwd(),
    }
  },
})
