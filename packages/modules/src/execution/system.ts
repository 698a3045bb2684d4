// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, fn } from '@halite/loader'
import { clockFunctions } from './system/clock.ts'
import { command, plainWord } from './system/command.ts'
import { describeComputer, describedAs, hostName, renameHost } from './system/host.ts'

const atTime = arg
  .string('When, as shutdown takes it: ``now``, ``+5`` or a number of minutes, ``23:30``; default now.')
  .optional()

/** `system`: the machine as a whole: its clock, its name, and whether it runs. */
export default defineModule({
  name: 'system',
  doc: 'Stops and restarts the machine, sets its clock, and names it.',
  needs: { platform: ['linux', 'freebsd', 'openbsd', 'netbsd', 'aix'] },
  functions: {
    halt: fn({
      doc: 'Stop the machine. Returns what the program prints.',
      examples: ["salt '*' system.halt"],
      run: (ctx) => command(ctx, ['halt']),
    }),
    init: fn({
      doc: 'Bring the machine to another runlevel. Returns what the program prints.',
      examples: ["salt '*' system.init 3"],
      args: { runlevel: arg.string('The runlevel.') },
      run: (ctx, { runlevel }) => command(ctx, ['init', plainWord('runlevel', runlevel)]),
    }),
    poweroff: fn({
      doc: 'Stop the machine and switch it off. Returns what the program prints.',
      examples: ["salt '*' system.poweroff"],
      run: (ctx) => command(ctx, ['poweroff']),
    }),
    reboot: fn({
      doc: 'Restart the machine. Returns what the program prints.',
      examples: ["salt '*' system.reboot", "salt '*' system.reboot at_time=+5"],
      args: { at_time: atTime },
      run: (ctx, { at_time: when }) => command(ctx, ['shutdown', '-r', plainWord('at_time', when ?? 'now')]),
    }),
    shutdown: fn({
      doc: 'Stop the machine. Returns what the program prints.',
      examples: ["salt '*' system.shutdown", "salt '*' system.shutdown at_time=5"],
      args: { at_time: atTime },
      run: (ctx, { at_time: when }) =>
        command(ctx, [
          'shutdown',
          ctx.platform.endsWith('bsd') ? '-p' : '-h',
          plainWord('at_time', when ?? 'now'),
        ]),
    }),
    ...clockFunctions,
    get_computer_desc: fn({
      doc: 'Return the pretty name of the machine; ``False`` where it has none.',
      examples: ["salt '*' system.get_computer_desc"],
      run: (ctx) => describedAs(ctx),
    }),
    set_computer_desc: fn({
      doc: 'Set the pretty name of the machine. Returns whether that succeeded.',
      examples: [`salt '*' system.set_computer_desc "Michael's laptop"`],
      args: { desc: arg.string('The name.') },
      run: (ctx, { desc }) => describeComputer(ctx, desc),
    }),
    get_computer_name: fn({
      doc: 'Return the name of the host.',
      examples: ["salt '*' system.get_computer_name"],
      run: (ctx) => hostName(ctx),
    }),
    set_computer_name: fn({
      doc: 'Set the name of the host, for now and after a restart. Returns whether that succeeded.',
      examples: ["salt '*' system.set_computer_name master.saltstack.com"],
      args: { hostname: arg.string('The name.') },
      run: (ctx, { hostname }) => renameHost(ctx, hostname),
    }),
  },
})
