// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { type VirtualSigns, virtualGrains } from '../../src/grains/parts/virtualization.ts'

const bare: VirtualSigns = {
  manufacturer: '',
  product: '',
  bios: '',
  cpuInfo: '',
  initCgroup: '0::/\n',
  initEnvironment: '',
  containerFile: undefined,
  openvz: undefined,
  xen: undefined,
  chroot: false,
}

const cases: readonly { name: string; signs: Partial<VirtualSigns>; grains: Record<string, string> }[] = [
  { name: 'a machine', signs: { manufacturer: 'Dell Inc.' }, grains: { virtual: 'physical' } },
  { name: 'QEMU', signs: { manufacturer: 'QEMU' }, grains: { virtual: 'kvm' } },
  { name: 'SeaBIOS', signs: { bios: 'SeaBIOS' }, grains: { virtual: 'kvm' } },
  {
    name: 'a QEMU processor',
    signs: { cpuInfo: 'model name\t: QEMU Virtual CPU 2.5+' },
    grains: { virtual: 'kvm' },
  },
  { name: 'VirtualBox', signs: { product: 'VirtualBox' }, grains: { virtual: 'VirtualBox' } },
  { name: 'VMware', signs: { product: 'VMware Virtual Platform' }, grains: { virtual: 'VMware' } },
  {
    name: 'Hyper-V',
    signs: { manufacturer: 'Microsoft Corporation', product: 'Virtual Machine' },
    grains: { virtual: 'VirtualPC' },
  },
  {
    name: 'oVirt',
    signs: { manufacturer: 'oVirt', product: 'oVirt Node' },
    grains: { virtual: 'kvm', virtual_subtype: 'ovirt' },
  },
  {
    name: 'Google',
    signs: { manufacturer: 'Google', product: 'Google Compute Engine' },
    grains: { virtual: 'gce' },
  },
  {
    name: 'EC2 on Nitro',
    signs: { manufacturer: 'Amazon EC2', product: 't3.micro' },
    grains: { virtual: 'Nitro', virtual_subtype: 'Amazon EC2 (t3.micro)' },
  },
  { name: 'Xen guest', signs: { xen: 'domU' }, grains: { virtual: 'xen', virtual_subtype: 'Xen PV DomU' } },
  {
    name: 'Xen HVM',
    signs: { product: 'HVM domU' },
    grains: { virtual: 'xen', virtual_subtype: 'Xen HVM DomU' },
  },
  { name: 'Xen host', signs: { xen: 'dom0' }, grains: { virtual: 'xen', virtual_subtype: 'Xen Dom0' } },
  { name: 'OpenVZ guest', signs: { openvz: 'guest' }, grains: { virtual: 'openvzve' } },
  { name: 'OpenVZ host', signs: { openvz: 'host' }, grains: { virtual: 'openvzhn' } },
  {
    name: 'Docker on a virtual machine',
    signs: { manufacturer: 'QEMU', initCgroup: '1:name=systemd:/docker/abc\n' },
    grains: { virtual: 'container', virtual_subtype: 'Docker' },
  },
  {
    name: 'Docker with cgroup 2',
    signs: { containerFile: 'docker' },
    grains: { virtual: 'container', virtual_subtype: 'Docker' },
  },
  {
    name: 'Podman',
    signs: { containerFile: 'podman' },
    grains: { virtual: 'container', virtual_subtype: 'libpod' },
  },
  {
    name: 'LXC',
    signs: { initEnvironment: 'PATH=/bin\0container=lxc\0' },
    grains: { virtual: 'container', virtual_subtype: 'LXC' },
  },
  {
    name: 'Kubernetes on metal',
    signs: { initCgroup: '1:name=systemd:/kubepods/pod1/2\n', containerFile: 'docker' },
    grains: { virtual: 'virtual', virtual_subtype: 'kubernetes' },
  },
  { name: 'a chroot', signs: { chroot: true }, grains: { virtual: 'virtual', virtual_subtype: 'chroot' } },
  {
    name: 'an unknown hypervisor',
    signs: { cpuInfo: 'flags\t\t: fpu hypervisor lahf_lm' },
    grains: { virtual: 'virtual' },
  },
  { name: 'what the tool says', signs: { detected: 'bhyve' }, grains: { virtual: 'bhyve' } },
  {
    name: 'what the tool says of EC2',
    signs: { detected: 'amazon' },
    grains: { virtual: 'Nitro', virtual_subtype: 'Amazon EC2' },
  },
  { name: 'a tool that knows nothing', signs: { detected: 'none' }, grains: { virtual: 'physical' } },
  {
    name: 'a container the tool knows',
    signs: { detected: 'lxc-libvirt' },
    grains: { virtual: 'container', virtual_subtype: 'LXC' },
  },
]

test.each(cases)('$name', ({ signs, grains }) => {
  expect(virtualGrains({ ...bare, ...signs })).toEqual(grains)
})
