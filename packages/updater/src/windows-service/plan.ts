// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { taskXml } from './task-xml.ts'

/** What keeps the minion running on Windows: a service that NSSM hosts, or a task of the task scheduler. */
export type Host = 'nssm' | 'task'

/** Where things are. */
export interface ServicePlaces {
  /** The start file of the minion, `salt-minion.cmd`. */
  readonly startFile: string
  /** `cmd.exe`, with its directory. */
  readonly shell: string
  /** NSSM. */
  readonly nssm: string
  /** Where the definition of the task is written. */
  readonly taskFile: string
}

/** What has to be done, in this order. */
export interface ServicePlan {
  /** Path → content, written before the first command; they may be removed after the last. */
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly commands: readonly ServiceCommand[]
}

export interface ServiceCommand {
  readonly argv: readonly [string, ...string[]]
  /** Whether the next one runs although this one failed: what it removes may not be there. */
  readonly mayFail?: boolean
}

/** The name of the service and of the task. */
export const serviceName = 'salt-minion'

/** How long the minion may take to end with its jobs after Ctrl-C. */
const stopMs = 30_000
/** Between the end of a minion that was not stopped, and its next start. */
const restartMs = 10_000

const settings = {
  DisplayName: 'Salt Minion',
  Description: 'Runs what the Salt master asks of this machine.',
  Start: 'SERVICE_AUTO_START',
  AppDirectory: 'C:\\',
  AppStopMethodConsole: String(stopMs),
  AppRestartDelay: String(restartMs),
}

/** Replaces what was installed before. Installs the minion so that it starts with the machine and again when it ends, and starts it. Throws `ARGUMENTS_INVALID`. */
export function planInstallation(host: Host, places: ServicePlaces): ServicePlan {
  const { startFile, shell, nssm, taskFile } = places
  // A quotation mark would end the word, and % is expanded by the shell.
  if (/["%]/.test(startFile))
    throw new SaltError('ARGUMENTS_INVALID', `${startFile} cannot be started by a service`, {
      hint: 'Move the release to a directory without " and % in its path.',
    })
  // Without standard input the shell does not ask whether to end the start file when the service stops.
  const words = `/d /s /c ""${startFile}" <nul"`
  if (host === 'task') {
    const xml = Buffer.from(`\ufeff${taskXml({ program: shell, words })}`, 'utf16le')
    return {
      files: { [taskFile]: xml },
      commands: [
        { argv: ['schtasks.exe', '/end', '/tn', serviceName], mayFail: true },
        { argv: ['schtasks.exe', '/create', '/f', '/tn', serviceName, '/xml', taskFile] },
      ],
    }
  }
  const set = (name: string, ...values: string[]): ServiceCommand => ({
    argv: [nssm, 'set', serviceName, name, ...values],
  })
  return {
    files: {},
    commands: [
      ...planRemoval('task', places).commands.map(({ argv }) => ({ argv, mayFail: true })),
      ...planRemoval('nssm', places).commands.map(({ argv }) => ({ argv, mayFail: true })),
      { argv: [nssm, 'install', serviceName, shell] },
      set('AppParameters', words),
      ...Object.entries(settings).map(([name, value]) => set(name, value)),
      set('AppExit', 'Default', 'Restart'),
      { argv: ['net.exe', 'start', serviceName] },
    ],
  }
}

/** Ends the minion, and takes away what starts it. */
export function planRemoval(host: Host, { nssm }: Pick<ServicePlaces, 'nssm'>): ServicePlan {
  const commands: readonly ServiceCommand[] =
    host === 'nssm'
      ? [
          { argv: ['net.exe', 'stop', serviceName], mayFail: true },
          { argv: [nssm, 'remove', serviceName, 'confirm'] },
        ]
      : [
          { argv: ['schtasks.exe', '/end', '/tn', serviceName], mayFail: true },
          { argv: ['schtasks.exe', '/delete', '/f', '/tn', serviceName] },
        ]
  return { files: {}, commands }
}
