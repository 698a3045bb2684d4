// SPDX-License-Identifier: Apache-2.0
// Imported into a process that is to be profiled: SIGUSR2 begins, the next one ends and writes `<directory>/<pid>.cpuprofile`.
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'

const directory = process.env.HALITE_PROFILE_DIR
const session = new Session()
let running = false

process.on('SIGUSR2', () => (running ? end() : begin()))

function begin() {
  running = true
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: 200 })
  session.post('Profiler.start')
}

function end() {
  running = false
  session.post('Profiler.stop', (_error, { profile }) => {
    writeFileSync(join(directory, `${process.pid}.cpuprofile`), JSON.stringify(profile))
  })
  session.disconnect()
}
