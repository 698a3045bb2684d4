// SPDX-License-Identifier: Apache-2.0

/**
 * Short names that do not follow from the long one: the first ten letters of the full name, lower case, without blanks
 * and the word Linux → the `os` grain.
 */
export const osByShortName: Readonly<Record<string, string>> = {
  redhatente: 'RedHat',
  gentoobase: 'Gentoo',
  archarm: 'Arch ARM',
  arch: 'Arch',
  debian: 'Debian',
  raspbian: 'Raspbian',
  fedoraremi: 'Fedora',
  chapeau: 'Chapeau',
  korora: 'Korora',
  amazonami: 'Amazon',
  alt: 'ALT',
  enterprise: 'OEL',
  oracleserv: 'OEL',
  cloudserve: 'CloudLinux',
  cloudlinux: 'CloudLinux',
  almalinux: 'AlmaLinux',
  almalinuxk: 'AlmaLinux',
  pidora: 'Fedora',
  scientific: 'ScientificLinux',
  synology: 'Synology',
  nilrt: 'NILinuxRT',
  poky: 'Poky',
  manjaro: 'Manjaro',
  manjarolin: 'Manjaro',
  univention: 'Univention',
  antergos: 'Antergos',
  sles: 'SUSE',
  void: 'Void',
  slesexpand: 'RES',
  linuxmint: 'Mint',
  neon: 'KDE neon',
  pop: 'Pop',
  'pop!_os': 'Pop',
  rocky: 'Rocky',
  alibabaclo: 'Alinux',
  mendel: 'Mendel',
}

/** Full names that stand for two systems with one short name. */
export const osByFullName: Readonly<Record<string, string>> = {
  'Astra Linux (Orel)': 'AstraLinuxCE',
  'Astra Linux (Smolensk)': 'AstraLinuxSE',
}

const members: Readonly<Record<string, readonly string[]>> = {
  Debian: [
    ...[
      'Ubuntu',
      'Mint',
      'Trisquel',
      'GCEL',
      'Linaro',
      'elementary OS',
      'elementary',
      'Univention',
      'Raspbian',
    ],
    ...[
      'Devuan',
      'antiX',
      'Kali',
      'Parrot OS',
      'neon',
      'KDE neon',
      'Cumulus',
      'Deepin',
      'IDMS',
      'TurnKey',
      'Pop',
    ],
    ...['AstraLinuxCE', 'AstraLinuxSE', 'Mendel', 'OSMC'],
  ],
  RedHat: [
    ...['Fedora', 'Chapeau', 'Korora', 'FedBerry', 'CentOS', 'CentOS Stream', 'GoOSe', 'Scientific'],
    ...[
      'ScientificLinux',
      'Amazon',
      'CloudLinux',
      'AlmaLinux',
      'Rocky',
      'OVS',
      'OEL',
      'XCP',
      'XCP-ng',
      'XenServer',
    ],
    ...['RES', 'Sangoma', 'VMware Photon OS', 'ALT', 'Alinux', 'Virtuozzo'],
  ],
  Suse: [
    ...['SUSE', 'SLES', 'SLED', 'SLES_SAP', 'SUSE Enterprise Server', 'openSUSE', 'openSUSE Leap'],
    ...['openSUSE Tumbleweed'],
  ],
  Arch: ['Arch ARM', 'Manjaro', 'Manjaro ARM', 'Antergos', 'EndeavourOS'],
  Gentoo: ['Funtoo'],
  Mandriva: ['Mandrake'],
  Slackware: ['Slamd64'],
  Bluewhite: ['Bluewhite64'],
  VMware: ['VMwareESX'],
}

/** `os` → `os_family`; an `os` that is not here is its own family, unless its os-release names a known ancestor. */
export const familyByOs: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(members).flatMap(([family, systems]) => systems.map((os): [string, string] => [os, family])),
)

/** The words of `ID_LIKE` that name a family. */
export const familyByAncestor: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Debian',
  rhel: 'RedHat',
  fedora: 'RedHat',
  centos: 'RedHat',
  suse: 'Suse',
  opensuse: 'Suse',
  sles: 'Suse',
  arch: 'Arch',
  gentoo: 'Gentoo',
  alpine: 'Alpine',
}
