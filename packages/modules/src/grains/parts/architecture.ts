// SPDX-License-Identifier: Apache-2.0
import { machine } from 'node:os'

/**
 * `osarch`: the architecture as the packages of a family call it. The one of this process, which is that of the userland
 * even where the kernel is wider; no package manager has to be asked.
 */
export function architectureOf(
  family: string,
  processArch: string = process.arch,
  kernelArch: string = machine(),
): string {
  if (family === 'Debian') return debian[processArch] ?? processArch
  if (family === 'RedHat' || family === 'Suse') return rpm[processArch] ?? kernelArch
  return kernelArch
}

/** Node's names → dpkg's. */
const debian: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: 'i386',
  arm: 'armhf',
  ppc64: 'ppc64el',
  loong64: 'loong64',
}

/** Node's names → rpm's. */
const rpm: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  ia32: 'i686',
  arm64: 'aarch64',
  ppc64: 'ppc64le',
}
