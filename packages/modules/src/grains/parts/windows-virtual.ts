// SPDX-License-Identifier: Apache-2.0

/** What tells a hypervisor from a machine, as the firmware says it. */
export interface WindowsSigns {
  readonly manufacturer: string
  readonly productname: string
  readonly biosstring: string
}

/** A sign, and the grains `virtual` and `virtual_subtype` that follow from it. */
type Row = readonly [field: keyof WindowsSigns, text: string, virtual: string, subtype?: string]

/** In this order: the first that fits decides. */
const rows: readonly Row[] = [
  ['manufacturer', 'QEMU', 'kvm'],
  ['biosstring', 'VRTUAL', 'HyperV'],
  ['biosstring', 'A M I', 'VirtualPC'],
  ['biosstring', 'Xen', 'Xen'],
  ['biosstring', 'AMAZON', 'EC2'],
  ['manufacturer', 'Bochs', 'kvm'],
  ['productname', 'oVirt', 'kvm', 'oVirt'],
  ['productname', 'RHEV Hypervisor', 'kvm', 'rhev'],
  ['productname', 'VirtualBox', 'VirtualBox'],
  ['productname', 'VMware', 'VMware'],
  ['productname', 'OpenStack', 'OpenStack'],
  ['manufacturer', 'Parallels', 'Parallels'],
  ['productname', 'CloudStack KVM Hypervisor', 'kvm', 'cloudstack'],
]

/** The grains `virtual` and `virtual_subtype` of Windows. */
export function windowsVirtual(signs: WindowsSigns): { virtual: string; virtual_subtype?: string } {
  const { manufacturer, productname } = signs
  const row = rows.find(([field, text]) => signs[field].includes(text))
  if (row === undefined) {
    const isMicrosoft = manufacturer.includes('Microsoft') && productname.includes('Virtual Machine')
    return { virtual: isMicrosoft ? 'VirtualPC' : 'physical' }
  }
  const [, , virtual, subtype] = row
  if (virtual === 'Xen' && productname.includes('HVM domU')) return { virtual, virtual_subtype: 'HVM domU' }
  return subtype === undefined ? { virtual } : { virtual, virtual_subtype: subtype }
}
