// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { clockFunctions } from './win_system/clock.ts'
import { joinDomain, leaveDomain, membership, setWorkgroup } from './win_system/membership.ts'
import {
  computerName,
  describeComputer,
  description,
  pendingComputerName,
  renameComputer,
  renameHost,
} from './win_system/names.ts'
import {
  hasPendingReboot,
  isWitnessed,
  pendingChecks,
  pendingDetails,
  setWitnessed,
} from './win_system/pending.ts'
import { abortShutdown, lockScreen, restart, shutDown } from './win_system/shut-down.ts'
import { systemInfo } from './win_system/system-info.ts'

const timeout = arg.number('How long people have to end their work, in minutes.').default(5)
const in_seconds = arg.boolean('``timeout`` is in seconds.').default(false)
const only_on_pending_reboot = arg.boolean('Do it only when a reboot is pending.').default(false)

const account = {
  username: arg.string('Who may do it; without a domain that of ``domain``.').optional(),
  password: arg.string('The password of ``username``.').optional(),
}
const restarts = arg.boolean('Restart the machine afterwards, in five minutes.').default(false)
const describing = {
  args: { desc: arg.string('The description.').optional() },
  run: (ctx: ExecContext, { desc }: { readonly desc?: string | undefined }) => describeComputer(ctx, desc),
}

/** `system` on Windows. */
export default defineModule({
  name: 'win_system',
  virtual: 'system',
  doc: 'A machine with Windows as a whole: its name, its end, and whether it waits for a reboot.',
  needs: { platform: 'win32' },
  functions: {
    get_computer_name: fn({
      doc: 'Return the name of the machine.',
      examples: ["salt '*' system.get_computer_name"],
      run: computerName,
    }),
    get_hostname: fn({
      doc: 'Return the name of the machine.',
      examples: ["salt '*' system.get_hostname"],
      run: computerName,
    }),
    get_pending_computer_name: fn({
      doc: 'Return the name that the machine has after the next reboot; None when that is the name it has.',
      examples: ["salt '*' system.get_pending_computer_name"],
      run: pendingComputerName,
    }),
    set_computer_name: fn({
      doc: 'Give the machine another name, which it has after the next reboot. Returns both names; False when Windows refuses.',
      examples: ["salt '*' system.set_computer_name 'DavesComputer'"],
      args: { name: arg.string('The name.') },
      run: (ctx, { name }) => renameComputer(ctx, name),
    }),
    set_hostname: fn({
      doc: 'Give the machine another name, which it has after the next reboot. Returns whether that succeeded.',
      examples: ["salt '*' system.set_hostname newhostname"],
      args: { hostname: arg.string('The name.') },
      run: (ctx, { hostname }) => renameHost(ctx, hostname),
    }),
    get_system_info: fn({
      doc: 'Return what Windows knows of the machine: its system, its hardware, its firmware. It is asked through PowerShell.',
      examples: ["salt '*' system.get_system_info"],
      run: systemInfo,
    }),
    get_computer_desc: fn({
      doc: 'Return the description of the machine; False where it has none.',
      examples: ["salt '*' system.get_computer_desc"],
      run: description,
    }),
    get_computer_description: fn({
      doc: 'Return the description of the machine; False where it has none.',
      examples: ["salt '*' system.get_computer_description"],
      run: description,
    }),
    set_computer_desc: fn({
      doc: 'Set the description of the machine. Returns it; False when Windows refuses.',
      examples: ["salt '*' system.set_computer_desc 'This computer belongs to Dave!'"],
      ...describing,
    }),
    set_computer_description: fn({
      doc: 'Set the description of the machine. Returns it; False when Windows refuses.',
      examples: ["salt '*' system.set_computer_description 'This computer belongs to Dave!'"],
      ...describing,
    }),
    get_domain_workgroup: fn({
      doc: 'Return the ``Domain`` or ``Workgroup`` that the machine belongs to.',
      examples: ["salt '*' system.get_domain_workgroup"],
      run: membership,
    }),
    set_domain_workgroup: fn({
      doc: 'Make the machine a member of a workgroup. Returns whether that succeeded.',
      examples: ["salt '*' system.set_domain_workgroup LOCAL"],
      args: { workgroup: arg.string('Its name, which is written in upper case.') },
      run: (ctx, { workgroup }) => setWorkgroup(ctx, workgroup),
    }),
    join_domain: fn({
      doc: 'Make the machine a member of a domain. Returns it, and whether the machine restarts.',
      examples: ["salt '*' system.join_domain domain='mydomain.com' username='joe' password='secret'"],
      args: {
        domain: arg.string('The domain.'),
        ...account,
        account_ou: arg.string('Where in the directory the account of the machine is made.').optional(),
        account_exists: arg.boolean('The domain has an account for the machine.').default(false),
        restart: restarts,
      },
      run: joinDomain,
    }),
    unjoin_domain: fn({
      doc: 'Take the machine out of its domain and into a workgroup. Returns it, and whether the machine restarts; False when Windows refuses.',
      examples: ["salt '*' system.unjoin_domain username='joe' password='secret' domain='mydomain.com'"],
      args: {
        ...account,
        domain: arg.string('The domain of ``username``.').optional(),
        workgroup: arg.string('The workgroup.').default('WORKGROUP'),
        disable: arg.boolean('Disable the account that the machine has in the domain.').default(false),
        restart: restarts,
      },
      run: leaveDomain,
    }),
    ...clockFunctions,
    get_pending_reboot: fn({
      doc: 'Return whether a reboot is pending, for any of the reasons that ``system.get_pending_reboot_details`` shows.',
      examples: ["salt '*' system.get_pending_reboot"],
      run: hasPendingReboot,
    }),
    get_pending_reboot_details: fn({
      doc: 'Return each reason for a reboot, and whether it is one now.',
      examples: ["salt '*' system.get_pending_reboot_details"],
      run: pendingDetails,
    }),
    get_pending_component_servicing: fn({
      doc: 'Return whether Windows itself is being serviced and needs a reboot.',
      examples: ["salt '*' system.get_pending_component_servicing"],
      run: pendingChecks['Pending Component Servicing'],
    }),
    get_pending_domain_join: fn({
      doc: 'Return whether the machine joins a domain with the next reboot.',
      examples: ["salt '*' system.get_pending_domain_join"],
      run: pendingChecks['Pending Join Domain'],
    }),
    get_pending_file_rename: fn({
      doc: 'Return whether files in use are replaced with the next reboot.',
      examples: ["salt '*' system.get_pending_file_rename"],
      run: pendingChecks['Pending File Rename'],
    }),
    get_pending_servermanager: fn({
      doc: 'Return whether roles or features of a server need a reboot.',
      examples: ["salt '*' system.get_pending_servermanager"],
      run: pendingChecks['Pending ServerManager'],
    }),
    get_pending_update: fn({
      doc: 'Return whether updates that were installed need a reboot.',
      examples: ["salt '*' system.get_pending_update"],
      run: pendingChecks['Pending Update'],
    }),
    get_pending_windows_update: fn({
      doc: 'Return whether Windows Update says that a reboot is needed; it is asked through PowerShell.',
      examples: ["salt '*' system.get_pending_windows_update"],
      run: pendingChecks['Pending Windows Update'],
    }),
    set_reboot_required_witnessed: fn({
      doc: 'Note, until the next reboot, that something on this machine has asked for one. Returns True.',
      examples: ["salt '*' system.set_reboot_required_witnessed"],
      run: setWitnessed,
    }),
    get_reboot_required_witnessed: fn({
      doc: 'Return whether a function has noted, since Windows was started, that a reboot is needed.',
      examples: ["salt '*' system.get_reboot_required_witnessed"],
      run: isWitnessed,
    }),
    reboot: fn({
      doc: 'Restart the machine. Returns whether Windows took the order; False when no reboot is pending and it depends on that.',
      examples: [
        "salt '*' system.reboot 5",
        "salt '*' system.reboot 5 True",
        "salt '*' system.reboot only_on_pending_reboot=True",
      ],
      args: {
        timeout,
        in_seconds,
        wait_for_reboot: arg
          .boolean('Wait until the machine should be gone, and half a minute more.')
          .default(false),
        only_on_pending_reboot,
      },
      run: restart,
    }),
    shutdown: fn({
      doc: 'Shut the machine down, or restart it. Returns whether Windows took the order.',
      examples: ['salt \'*\' system.shutdown "This server is down for maintenance" timeout=30'],
      args: {
        message: arg.string('What people who are logged in are shown.').optional(),
        timeout,
        force_close: arg.boolean('Close programs that do not want to end.').default(true),
        reboot: arg.boolean('Start again afterwards.').default(false),
        in_seconds,
        only_on_pending_reboot,
      },
      run: shutDown,
    }),
    halt: fn({
      doc: 'Shut the machine down. Returns whether Windows took the order.',
      examples: ["salt '*' system.halt 5 True"],
      args: { timeout, in_seconds },
      run: shutDown,
    }),
    poweroff: fn({
      doc: 'Shut the machine down. Returns whether Windows took the order.',
      examples: ["salt '*' system.poweroff 5"],
      args: { timeout, in_seconds },
      run: shutDown,
    }),
    shutdown_hard: fn({
      doc: 'Shut the machine down at once. Returns whether Windows took the order.',
      examples: ["salt '*' system.shutdown_hard"],
      run: (ctx) => shutDown(ctx, { timeout: 0 }),
    }),
    lock: fn({
      doc: 'Lock the screen of the session that the minion runs in; a service has none that anybody sees. Returns whether Windows took the order.',
      examples: ["salt '*' system.lock"],
      run: lockScreen,
    }),
    init: fn({
      doc: 'Windows has no runlevels: return a text that says so, as Salt does.',
      examples: ["salt '*' system.init 3"],
      args: { runlevel: arg.any('Not looked at.') },
      run: () => 'Not implemented on Windows at this time.',
    }),
    shutdown_abort: fn({
      doc: 'Call off a shutdown or reboot that has not begun. Returns whether there was one.',
      examples: ["salt '*' system.shutdown_abort"],
      run: abortShutdown,
    }),
  },
})
