// SPDX-License-Identifier: Apache-2.0
import { strftime } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { customStatus } from './status/custom.ts'
import { diskUsage } from './status/disk-usage.ts'
import { loggedIn } from './status/logged-in.ts'
import {
  cpuInfo,
  cpuStats,
  diskStats,
  loadAverages,
  memoryInfo,
  netDevices,
  netStats,
  vmStats,
} from './status/proc.ts'
import { findProcesses, processes } from './status/processes.ts'
import { uptime } from './status/uptime.ts'

/** A function without arguments. */
const look = (name: string, doc: string, run: (ctx: ExecContext) => unknown) =>
  fn({ doc, examples: [`salt '*' status.${name}`], run })

/** `status`: what a machine is, and is busy with. */
export default defineModule({
  name: 'status',
  doc: 'What a machine is busy with, as its kernel says it.',
  needs: { grains: { kernel: 'Linux' } },
  functions: {
    uptime: look('uptime', 'Return since when the machine runs, and how many users are logged in.', uptime),
    loadavg: look('loadavg', 'Return the load of the last 1, 5 and 15 minutes.', loadAverages),
    cpustats: look(
      'cpustats',
      'Return how the processors spent their time, in ticks, and their interrupts.',
      cpuStats,
    ),
    meminfo: look('meminfo', 'Return how the memory is used.', memoryInfo),
    cpuinfo: look(
      'cpuinfo',
      'Return what the processors are; where they differ, what the last one is.',
      cpuInfo,
    ),
    diskstats: look('diskstats', 'Return what the disks read and wrote.', diskStats),
    diskusage: fn({
      doc: 'Return the bytes of file systems, all and free ones.',
      examples: [
        "salt '*' status.diskusage",
        "salt '*' status.diskusage / /dev/shm",
        "salt '*' status.diskusage ext? tmpfs",
      ],
      args: {
        args: arg.rest(
          'Paths, and globs over types of file systems; default all.',
          arg.string('One of them.'),
        ),
      },
      run: (ctx, { args }) => diskUsage(ctx, args),
    }),
    vmstats: look('vmstats', 'Return the counters of the virtual memory.', vmStats),
    nproc: look('nproc', 'Return how many processors a job may use.', async () => {
      const { availableParallelism } = await import('node:os')
      return availableParallelism()
    }),
    netstats: look('netstats', 'Return the counters of the network protocols.', netStats),
    netdev: look('netdev', 'Return what the network interfaces received and sent.', netDevices),
    w: look('w', 'Return who is logged in, and what they do.', loggedIn),
    all_status: look('all_status', 'Return what the other functions return, by their names.', allStatus),
    procs: look('procs', 'Return the processes by number: user and command line.', processes),
    pid: fn({
      doc: 'Return the numbers of the processes whose user or command line a regular expression is found in, one a line.',
      examples: ["salt '*' status.pid <sig>"],
      args: { sig: arg.string('The expression.') },
      run: (ctx, { sig }) => findProcesses(ctx, sig),
    }),
    version: look('version', 'Return the version of the kernel.', async (ctx) =>
      (await ctx.fs.readText('/proc/version')).trim(),
    ),
    custom: look(
      'custom',
      'Return values of other functions of ``status``, as the configuration names them: ``status.cpustats.custom: [cpu]``.',
      customStatus,
    ),
    time: fn({
      doc: 'Return the time of the machine.',
      examples: ["salt '*' status.time", "salt '*' status.time '%s'"],
      args: { format: arg.string('Its form, as of strftime.').default('%A, %d. %B %Y %I:%M%p') },
      run: (_ctx, { format }) => strftime(new Date(), format),
    }),
  },
})

async function allStatus(ctx: ExecContext): Promise<Readonly<Record<string, unknown>>> {
  const parts = {
    cpuinfo: cpuInfo,
    cpustats: cpuStats,
    diskstats: diskStats,
    diskusage: (given: ExecContext) => diskUsage(given, []),
    loadavg: loadAverages,
    meminfo: memoryInfo,
    netdev: netDevices,
    netstats: netStats,
    uptime,
    vmstats: vmStats,
    w: loggedIn,
  }
  const values = await Promise.all(Object.entries(parts).map(async ([name, part]) => [name, await part(ctx)]))
  return Object.fromEntries(values)
}
