// SPDX-License-Identifier: Apache-2.0

/** The parts of a release as numbers, where they are. */
export interface ReleaseNumbers {
  readonly osrelease_info: readonly (string | number)[]
  readonly osmajorrelease?: number
  readonly osfinger: string
}

/**
 * `osrelease_info`, `osmajorrelease` and `osfinger` (name and major release; for Ubuntu and Pop the whole one).
 * A release whose first part is no number has no `osmajorrelease`.
 */
export function releaseNumbers(os: string, osfullname: string, osrelease: string): ReleaseNumbers {
  const info = osrelease.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  const [major] = info
  const name = namedByOs.includes(os) ? os : osfullname
  return {
    osrelease_info: info,
    ...(typeof major === 'number' ? { osmajorrelease: major } : {}),
    osfinger: `${name}-${wholeRelease.includes(os) ? osrelease : major}`,
  }
}

const namedByOs = ['Debian', 'FreeBSD', 'OpenBSD', 'NetBSD', 'Mac', 'Raspbian']
const wholeRelease = ['Ubuntu', 'Pop']
