// SPDX-License-Identifier: Apache-2.0
import { release, version } from 'node:os'
import { defineGrain, type MachineRegistry } from '@halite/loader'
import { architectureOf } from './parts/architecture.ts'
import { distributionOf } from './parts/distribution.ts'
import { parseAssignments } from './parts/os-release.ts'
import { readText } from './parts/read.ts'
import { releaseNumbers } from './parts/release-numbers.ts'
import { windowsRelease, windowsReleaseInfo } from './parts/windows-release.ts'
import { textsOf } from './parts/windows-values.ts'

export default defineGrain({
  name: 'os',
  doc: 'Which operating system this is: name, family, release, codename, architecture of its packages.',
  provides: [
    ...[
      'os',
      'os_family',
      'osfullname',
      'osrelease',
      'osrelease_info',
      'osmajorrelease',
      'oscodename',
      'osfinger',
    ],
    ...[
      'osarch',
      'osbuild',
      'osversion',
      'osmanufacturer',
      'osservicepack',
      'lsb_distrib_id',
      'lsb_distrib_release',
    ],
    ...['lsb_distrib_codename', 'lsb_distrib_description', 'ps'],
  ],
  collect: ({ windowsRegistry }) => {
    if (process.platform === 'linux') return linux()
    if (process.platform === 'win32') return windows(windowsRegistry)
    return process.platform === 'darwin' ? macos() : other()
  },
})

function linux() {
  const distribution = distributionOf({
    osRelease: parseAssignments(readText('/etc/os-release') ?? readText('/usr/lib/os-release') ?? ''),
    lsbRelease: parseAssignments(readText('/etc/lsb-release') ?? ''),
    redhatRelease: readText('/etc/centos-release') ?? readText('/etc/redhat-release'),
    debianVersion: readText('/etc/debian_version'),
  })
  const { os, os_family, osfullname, osrelease } = distribution
  return {
    ...distribution,
    ...(osrelease === '' ? {} : releaseNumbers(os, osfullname, osrelease)),
    osarch: architectureOf(os_family),
    ps: os_family === 'NILinuxRT' ? 'ps -o user,pid,ppid,tty,time,comm' : 'ps -efHww',
  }
}

async function windows(registry: MachineRegistry) {
  const read = await textsOf(registry, 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion')
  // Node knows Windows 11, which calls itself 10 in the registry.
  const caption = `Microsoft ${version().replace(/^Microsoft /, '')}`
  const osrelease = windowsRelease(caption)
  return {
    os: 'Windows',
    os_family: 'Windows',
    osfullname: caption,
    osmanufacturer: 'Microsoft Corporation',
    osversion: release(),
    osrelease,
    osrelease_info: windowsReleaseInfo(osrelease),
    osfinger: `Windows-${osrelease}`,
    osservicepack: read('CSDVersion')?.replace('Service Pack ', 'SP') ?? null,
    ps: 'tasklist.exe',
  }
}

function macos() {
  const plist = readText('/System/Library/CoreServices/SystemVersion.plist') ?? ''
  const value = (key: string) =>
    new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(plist)?.[1] ?? ''
  const osrelease = value('ProductVersion')
  const osfullname = `${value('ProductName')} ${osrelease}`
  return {
    os: 'MacOS',
    os_family: 'MacOS',
    osfullname,
    osrelease,
    osbuild: value('ProductBuildVersion'),
    ...releaseNumbers('MacOS', osfullname, osrelease),
    osarch: architectureOf('MacOS'),
    ps: 'ps auxwww',
  }
}

/** FreeBSD and its like: the kernel's name and release are the system's. */
function other() {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    freebsd: 'FreeBSD',
    openbsd: 'OpenBSD',
    netbsd: 'NetBSD',
  }
  const os = names[process.platform] ?? process.platform
  const osrelease = release().split('-')[0] ?? ''
  return {
    os,
    os_family: os,
    osfullname: os,
    osrelease,
    ...releaseNumbers(os, os, osrelease),
    osarch: architectureOf(os),
    ps: 'ps auxwww',
  }
}
