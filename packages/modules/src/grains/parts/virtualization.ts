// SPDX-License-Identifier: Apache-2.0

/** What points to a hypervisor or a container; texts are empty where there is nothing to read. */
export interface VirtualSigns {
  /** `sys_vendor`, `product_name` and `bios_vendor` of SMBIOS. */
  readonly manufacturer: string
  readonly product: string
  readonly bios: string
  /** `/proc/cpuinfo`. */
  readonly cpuInfo: string
  /** `/proc/1/cgroup` and `/proc/1/environ`. */
  readonly initCgroup: string
  readonly initEnvironment: string
  /** The engine whose marker file lies in the root. */
  readonly containerFile: 'docker' | 'podman' | undefined
  readonly openvz: 'host' | 'guest' | undefined
  readonly xen: 'dom0' | 'domU' | undefined
  readonly chroot: boolean
  /** What `systemd-detect-virt` printed. */
  readonly detected?: string
}

/** Both grains; the subtype where there is more to say. */
export type VirtualGrains = {
  readonly virtual: string
  readonly virtual_subtype?: string
}

/** `virtual` and `virtual_subtype`, in Salt's words. A container counts before the machine it runs on. */
export function virtualGrains(signs: VirtualSigns): VirtualGrains {
  const machine = xen(signs) ?? openvz(signs) ?? hypervisor(signs) ?? detected(signs.detected)
  const container = containerOf(signs)
  if (container !== undefined) return { virtual: 'container', virtual_subtype: container }
  const cgroup = cgroupSubtype(signs.initCgroup)
  const subtype = cgroup ?? machine?.virtual_subtype ?? (signs.chroot ? 'chroot' : undefined)
  const virtual = machine?.virtual ?? (subtype === undefined ? physicalOr(signs) : 'virtual')
  return subtype === undefined ? { virtual } : { virtual, virtual_subtype: subtype }
}

/** A processor under a hypervisor says so, even where nothing names the hypervisor. */
function physicalOr({ cpuInfo }: VirtualSigns): string {
  return /^flags\s*:.*\bhypervisor\b/m.test(cpuInfo) ? 'virtual' : 'physical'
}

function xen({ xen: role, product }: VirtualSigns): VirtualGrains | undefined {
  if (role === 'dom0') return { virtual: 'xen', virtual_subtype: 'Xen Dom0' }
  if (product === 'HVM domU') return { virtual: 'xen', virtual_subtype: 'Xen HVM DomU' }
  return role === 'domU' ? { virtual: 'xen', virtual_subtype: 'Xen PV DomU' } : undefined
}

function openvz({ openvz: role }: VirtualSigns): VirtualGrains | undefined {
  if (role === undefined) return undefined
  return { virtual: role === 'host' ? 'openvzhn' : 'openvzve' }
}

/** What SMBIOS shows; the first row that fits counts. */
function hypervisor(signs: VirtualSigns): VirtualGrains | undefined {
  const { manufacturer, product, bios, cpuInfo } = signs
  if (manufacturer === 'Amazon EC2') return { virtual: 'Nitro', virtual_subtype: `Amazon EC2 (${product})` }
  const row = hypervisors.find(({ sign, text }) => signs[sign].includes(text))
  if (row !== undefined) return row.grains
  if (manufacturer.includes('Microsoft') && product.includes('Virtual Machine'))
    return { virtual: 'VirtualPC' }
  const qemu = ['QEMU', 'Bochs', 'SeaBIOS'].some((name) => manufacturer.includes(name) || bios.includes(name))
  return qemu || cpuInfo.includes('QEMU Virtual CPU') ? { virtual: 'kvm' } : undefined
}

interface HypervisorRow {
  readonly sign: 'manufacturer' | 'product'
  readonly text: string
  readonly grains: VirtualGrains
}

const hypervisors: readonly HypervisorRow[] = [
  { sign: 'product', text: 'VirtualBox', grains: { virtual: 'VirtualBox' } },
  { sign: 'product', text: 'VMware', grains: { virtual: 'VMware' } },
  { sign: 'product', text: 'RHEV Hypervisor', grains: { virtual: 'kvm', virtual_subtype: 'rhev' } },
  { sign: 'product', text: 'oVirt Node', grains: { virtual: 'kvm', virtual_subtype: 'ovirt' } },
  { sign: 'manufacturer', text: 'oVirt', grains: { virtual: 'kvm', virtual_subtype: 'ovirt' } },
  { sign: 'product', text: 'CloudStack KVM', grains: { virtual: 'kvm', virtual_subtype: 'cloudstack' } },
  { sign: 'product', text: 'Google', grains: { virtual: 'gce' } },
  { sign: 'product', text: 'BHYVE', grains: { virtual: 'bhyve' } },
  { sign: 'manufacturer', text: 'Parallels', grains: { virtual: 'Parallels' } },
]

/** The words of `systemd-detect-virt` for machines; containers are recognised from their own files. */
function detected(word = ''): VirtualGrains | undefined {
  if (word === 'amazon') return { virtual: 'Nitro', virtual_subtype: 'Amazon EC2' }
  const virtual = detectedWords[word]
  return virtual === undefined ? undefined : { virtual }
}

const detectedWords: Readonly<Record<string, string>> = {
  qemu: 'qemu',
  kvm: 'kvm',
  oracle: 'oracle',
  xen: 'xen',
  bochs: 'bochs',
  uml: 'uml',
  vmware: 'VMware',
  microsoft: 'VirtualPC',
  parallels: 'Parallels',
  bhyve: 'bhyve',
  'systemd-nspawn': 'systemd-nspawn',
}

/** The engine of the container we are in, or undefined. Kubernetes and libpod need not be one: see `cgroupSubtype`. */
function containerOf({ initCgroup, initEnvironment, containerFile, detected: word }: VirtualSigns) {
  if (initCgroup.includes(':/lxc/') || initEnvironment.split('\0').includes('container=lxc')) return 'LXC'
  if (word?.includes('lxc')) return 'LXC'
  const inDocker = [':/docker/', ':/docker-ce/', ':/system.slice/docker'].some((text) =>
    initCgroup.includes(text),
  )
  if (cgroupSubtype(initCgroup) !== undefined) return undefined
  if (inDocker || containerFile === 'docker' || word === 'docker') return 'Docker'
  return containerFile === 'podman' || word === 'podman' ? 'libpod' : undefined
}

/** Salt names these by their subtype and leaves `virtual` to the machine. */
function cgroupSubtype(cgroup: string): string | undefined {
  if (cgroup.includes(':/kubepods/')) return 'kubernetes'
  return cgroup.includes(':/libpod_parent/') ? 'libpod' : undefined
}
