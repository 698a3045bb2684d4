// SPDX-License-Identifier: Apache-2.0
import { familyByAncestor, familyByOs, osByFullName, osByShortName } from './os-names.ts'
import { type Assignments, parseCpe } from './os-release.ts'

/** The files that say which Linux this is, each as its text, or undefined if it is missing. */
export interface ReleaseFiles {
  /** `/etc/os-release`, or `/usr/lib/os-release`. */
  readonly osRelease: Assignments
  /** `/etc/lsb-release`. */
  readonly lsbRelease: Assignments
  /** `/etc/centos-release` or `/etc/redhat-release`: has the minor release that CentOS 7 and 8 leave out elsewhere. */
  readonly redhatRelease?: string | undefined
  /** `/etc/debian_version`. */
  readonly debianVersion?: string | undefined
}

/** The grains that follow from the release files. */
export interface Distribution {
  readonly os: string
  readonly os_family: string
  readonly osfullname: string
  readonly osrelease: string
  readonly oscodename: string
  readonly lsb_distrib_id?: string
  readonly lsb_distrib_release?: string
  readonly lsb_distrib_codename?: string
  readonly lsb_distrib_description?: string
}

/** Which distribution the release files describe, in the names Salt gives it. */
export function distributionOf(files: ReleaseFiles): Distribution {
  const lsb = lsbGrains(files)
  const osfullname = fullName(files, lsb.lsb_distrib_id)
  const os = isSuse(files.osRelease) ? 'SUSE' : shortName(osfullname)
  return {
    os,
    os_family: familyOf(os, files.osRelease),
    osfullname,
    osrelease: releaseOf(files, lsb),
    oscodename: codenameOf(files, lsb),
    ...lsb,
  }
}

type LsbGrains = Pick<
  Distribution,
  'lsb_distrib_id' | 'lsb_distrib_release' | 'lsb_distrib_codename' | 'lsb_distrib_description'
>

/** From `/etc/lsb-release`; where that has no id, from os-release. */
function lsbGrains({ osRelease, lsbRelease }: ReleaseFiles): LsbGrains {
  const from = (keys: Readonly<Record<keyof LsbGrains, string | undefined>>): LsbGrains =>
    Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined))
  if (lsbRelease['DISTRIB_ID'] !== undefined) {
    return from({
      lsb_distrib_id: lsbRelease['DISTRIB_ID'],
      lsb_distrib_release: lsbRelease['DISTRIB_RELEASE'],
      lsb_distrib_codename: lsbRelease['DISTRIB_CODENAME'],
      lsb_distrib_description: lsbRelease['DISTRIB_DESCRIPTION'],
    })
  }
  return from({
    lsb_distrib_id: osRelease['NAME'],
    lsb_distrib_release: suseRelease(osRelease) ?? osRelease['VERSION_ID'],
    lsb_distrib_codename: lsbCodename(osRelease),
    lsb_distrib_description: undefined,
  })
}

/** Rocky and AlmaLinux give their codename only inside `PRETTY_NAME`. */
function lsbCodename(osRelease: Assignments): string | undefined {
  const { VERSION_CODENAME: codename, PRETTY_NAME: pretty, ID: id = '' } = osRelease
  if (codename !== undefined || pretty === undefined) return codename
  return ['rocky', 'almalinux'].includes(id) ? (inBrackets(pretty) ?? pretty) : pretty
}

function fullName({ osRelease, lsbRelease }: ReleaseFiles, lsbId: string | undefined): string {
  // its lsb-release says Arch
  if (lsbRelease['DISTRIB_DESCRIPTION']?.toLowerCase().startsWith('antergos')) return 'Antergos Linux'
  if (isSuse(osRelease) && osRelease['NAME'] === 'openSUSE Leap') return 'Leap'
  if (isSuse(osRelease) && osRelease['VERSION'] === 'Tumbleweed') return 'Tumbleweed'
  return (osRelease['NAME'] ?? lsbId ?? 'Linux').trim()
}

function shortName(fullname: string): string {
  const known = osByFullName[fullname]
  if (known !== undefined) return known
  const name = fullname.replace(/\W(?:gnu\/)?linux/gi, '').trim()
  return osByShortName[name.replaceAll(' ', '').toLowerCase().slice(0, 10)] ?? name
}

function familyOf(os: string, osRelease: Assignments): string {
  const ancestors = (osRelease['ID_LIKE'] ?? '').split(/\s+/)
  const known = ancestors.map((id) => familyByAncestor[id]).find((family) => family !== undefined)
  return familyByOs[os] ?? known ?? os
}

function releaseOf({ osRelease, redhatRelease, debianVersion }: ReleaseFiles, lsb: LsbGrains): string {
  const { ID: id, NAME: name, PRETTY_NAME: pretty = '' } = osRelease
  const given = lsb.lsb_distrib_release?.trim()
  if (name === 'CentOS Linux') return /\d+(?:\.\d+)+/.exec(redhatRelease ?? '')?.[0] ?? given ?? ''
  if (id === 'mendel') return pretty.split(' ')[2] ?? ''
  if (id === 'debian') return given ?? debianVersion?.trim() ?? ''
  return given ?? osRelease['BUILD_ID'] ?? ''
}

function codenameOf({ osRelease }: ReleaseFiles, { lsb_distrib_codename }: LsbGrains): string {
  if (osRelease['ID'] === 'astra') return osRelease['VARIANT_ID'] ?? ''
  const codename = lsb_distrib_codename?.trim() ?? ''
  return codename.includes('Red Hat') ? (inBrackets(osRelease['VERSION'] ?? '') ?? '') : codename
}

function isSuse(osRelease: Assignments): boolean {
  const vendor = parseCpe(osRelease['CPE_NAME'] ?? '')?.vendor.toLowerCase()
  return vendor === 'suse' || vendor === 'opensuse'
}

/** openSUSE's CPE name is more exact than its `VERSION_ID`. */
function suseRelease(osRelease: Assignments): string | undefined {
  const cpe = parseCpe(osRelease['CPE_NAME'] ?? '')
  return cpe?.vendor === 'opensuse' && cpe.version !== '' ? cpe.version : undefined
}

function inBrackets(text: string): string | undefined {
  return /\(([^)]+)\)/.exec(text)?.[1]
}
