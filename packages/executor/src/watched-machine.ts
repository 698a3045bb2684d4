// SPDX-License-Identifier: Apache-2.0
import { type Machine, machineOfJob } from '@halite/loader'

/** This machine for one job, with a record of whether the job started programs that outlive it. */
export function watchedMachine(): { readonly machine: Machine; readonly keepsPrograms: () => boolean } {
  let keepsPrograms = false
  const start: Machine['start'] = (argv, options) => {
    keepsPrograms = true
    return machineOfJob.start(argv, options)
  }
  return { machine: { ...machineOfJob, start }, keepsPrograms: () => keepsPrograms }
}
