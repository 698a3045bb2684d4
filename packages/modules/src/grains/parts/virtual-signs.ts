// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs'
import { isDirectory, isFile, readText } from './read.ts'
import type { VirtualSigns } from './virtualization.ts'

/** Reads the files that betray a hypervisor or a container. */
export function readVirtualSigns(): VirtualSigns {
  const dmi = (name: string) => readText(`/sys/class/dmi/id/${name}`)?.trim() ?? ''
  return {
    manufacturer: dmi('sys_vendor'),
    product: dmi('product_name'),
    bios: dmi('bios_vendor'),
    cpuInfo: readText('/proc/cpuinfo') ?? '',
    initCgroup: readText('/proc/1/cgroup') ?? '',
    initEnvironment: readText('/proc/1/environ') ?? '',
    containerFile: isFile('/.dockerenv') ? 'docker' : isFile('/run/.containerenv') ? 'podman' : undefined,
    openvz: openvzRole(),
    xen: xenRole(),
    chroot: isChroot(),
  }
}

function openvzRole(): VirtualSigns['openvz'] {
  const [, envId] = /^envID:\s+(\d+)$/m.exec(readText('/proc/self/status') ?? '') ?? []
  if (envId !== undefined) return envId === '0' ? 'host' : 'guest'
  if (isFile('/proc/vz/version')) return 'host'
  return isFile('/proc/vz/veinfo') ? 'guest' : undefined
}

function xenRole(): VirtualSigns['xen'] {
  if (isFile('/proc/xen/xsd_kva')) return 'dom0'
  const capabilities = readText('/proc/xen/capabilities')
  if (capabilities !== undefined) return capabilities.includes('control_d') ? 'dom0' : 'domU'
  return isDirectory('/sys/bus/xen/drivers/xenconsole') ? 'domU' : undefined
}

/** Whether our root is another one than that of init; no when we may not know. */
function isChroot(): boolean {
  try {
    const [own, init] = [statSync('/'), statSync('/proc/1/root/.')]
    return own.ino !== init.ino || own.dev !== init.dev
  } catch {
    return false
  }
}
