// SPDX-License-Identifier: Apache-2.0

/** The release files of a distribution, as it ships them, and the grains that Salt gives it. */
export interface DistributionCase {
  readonly name: string
  readonly osRelease: string
  readonly lsbRelease?: string
  readonly redhatRelease?: string
  readonly debianVersion?: string
  readonly grains: Readonly<Record<string, unknown>>
}

export const distributions: readonly DistributionCase[] = [
  {
    name: 'Debian 12',
    osRelease: [
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
      'NAME="Debian GNU/Linux"',
      'VERSION_ID="12"',
      'VERSION="12 (bookworm)"',
      'VERSION_CODENAME=bookworm',
      'ID=debian',
    ].join('\n'),
    debianVersion: '12.5\n',
    grains: {
      os: 'Debian',
      os_family: 'Debian',
      osfullname: 'Debian GNU/Linux',
      osrelease: '12',
      osrelease_info: [12],
      osmajorrelease: 12,
      oscodename: 'bookworm',
      osfinger: 'Debian-12',
      lsb_distrib_id: 'Debian GNU/Linux',
      lsb_distrib_release: '12',
      lsb_distrib_codename: 'bookworm',
    },
  },
  {
    name: 'Debian, unstable',
    osRelease:
      'PRETTY_NAME="Debian GNU/Linux trixie/sid"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=trixie\nID=debian',
    debianVersion: 'trixie/sid\n',
    grains: { os: 'Debian', osrelease: 'trixie/sid', osrelease_info: ['trixie/sid'], oscodename: 'trixie' },
  },
  {
    name: 'Ubuntu 22.04',
    osRelease: [
      'PRETTY_NAME="Ubuntu 22.04.4 LTS"',
      'NAME="Ubuntu"',
      'VERSION_ID="22.04"',
      'VERSION="22.04.4 LTS (Jammy Jellyfish)"',
      'VERSION_CODENAME=jammy',
      'ID=ubuntu',
      'ID_LIKE=debian',
      'UBUNTU_CODENAME=jammy',
    ].join('\n'),
    lsbRelease: [
      'DISTRIB_ID=Ubuntu',
      'DISTRIB_RELEASE=22.04',
      'DISTRIB_CODENAME=jammy',
      'DISTRIB_DESCRIPTION="Ubuntu 22.04.4 LTS"',
    ].join('\n'),
    grains: {
      os: 'Ubuntu',
      os_family: 'Debian',
      osfullname: 'Ubuntu',
      osrelease: '22.04',
      osrelease_info: [22, 4],
      osmajorrelease: 22,
      oscodename: 'jammy',
      osfinger: 'Ubuntu-22.04',
      lsb_distrib_id: 'Ubuntu',
      lsb_distrib_release: '22.04',
      lsb_distrib_codename: 'jammy',
      lsb_distrib_description: 'Ubuntu 22.04.4 LTS',
    },
  },
  {
    name: 'Raspbian 11',
    osRelease: [
      'PRETTY_NAME="Raspbian GNU/Linux 11 (bullseye)"',
      'NAME="Raspbian GNU/Linux"',
      'VERSION_ID="11"',
      'VERSION="11 (bullseye)"',
      'VERSION_CODENAME=bullseye',
      'ID=raspbian',
      'ID_LIKE=debian',
    ].join('\n'),
    grains: {
      os: 'Raspbian',
      os_family: 'Debian',
      osfullname: 'Raspbian GNU/Linux',
      osrelease: '11',
      osfinger: 'Raspbian-11',
    },
  },
  {
    name: 'Linux Mint 21',
    osRelease:
      'NAME="Linux Mint"\nVERSION="21.1 (Vera)"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21.1"\nVERSION_CODENAME=vera',
    grains: {
      os: 'Mint',
      os_family: 'Debian',
      osrelease: '21.1',
      osfinger: 'Linux Mint-21',
      oscodename: 'vera',
    },
  },
  {
    name: 'Pop!_OS 22.04',
    osRelease:
      'NAME="Pop!_OS"\nVERSION="22.04 LTS"\nID=pop\nID_LIKE="ubuntu debian"\nVERSION_ID="22.04"\nVERSION_CODENAME=jammy',
    grains: { os: 'Pop', os_family: 'Debian', osfullname: 'Pop!_OS', osfinger: 'Pop!_OS-22.04' },
  },
  {
    name: 'Red Hat Enterprise Linux 8',
    osRelease: [
      'NAME="Red Hat Enterprise Linux"',
      'VERSION="8.9 (Ootpa)"',
      'ID="rhel"',
      'ID_LIKE="fedora"',
      'VERSION_ID="8.9"',
      'PLATFORM_ID="platform:el8"',
      'PRETTY_NAME="Red Hat Enterprise Linux 8.9 (Ootpa)"',
      'CPE_NAME="cpe:/o:redhat:enterprise_linux:8::baseos"',
    ].join('\n'),
    redhatRelease: 'Red Hat Enterprise Linux release 8.9 (Ootpa)\n',
    grains: {
      os: 'RedHat',
      os_family: 'RedHat',
      osfullname: 'Red Hat Enterprise Linux',
      osrelease: '8.9',
      osrelease_info: [8, 9],
      osmajorrelease: 8,
      oscodename: 'Ootpa',
      osfinger: 'Red Hat Enterprise Linux-8',
    },
  },
  {
    name: 'CentOS 7',
    osRelease: [
      'NAME="CentOS Linux"',
      'VERSION="7 (Core)"',
      'ID="centos"',
      'ID_LIKE="rhel fedora"',
      'VERSION_ID="7"',
      'PRETTY_NAME="CentOS Linux 7 (Core)"',
      'CPE_NAME="cpe:/o:centos:centos:7"',
    ].join('\n'),
    redhatRelease: 'CentOS Linux release 7.9.2009 (Core)\n',
    grains: {
      os: 'CentOS',
      os_family: 'RedHat',
      osfullname: 'CentOS Linux',
      osrelease: '7.9.2009',
      osrelease_info: [7, 9, 2009],
      osmajorrelease: 7,
      oscodename: 'CentOS Linux 7 (Core)',
      osfinger: 'CentOS Linux-7',
    },
  },
  {
    name: 'CentOS Stream 9',
    osRelease:
      'NAME="CentOS Stream"\nVERSION="9"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"\nPRETTY_NAME="CentOS Stream 9"\nCPE_NAME="cpe:/o:centos:centos:9"',
    redhatRelease: 'CentOS Stream release 9\n',
    grains: {
      os: 'CentOS Stream',
      os_family: 'RedHat',
      osrelease: '9',
      oscodename: 'CentOS Stream 9',
      osfinger: 'CentOS Stream-9',
    },
  },
  {
    name: 'Rocky Linux 9',
    osRelease:
      'NAME="Rocky Linux"\nVERSION="9.3 (Blue Onyx)"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\nPRETTY_NAME="Rocky Linux 9.3 (Blue Onyx)"\nCPE_NAME="cpe:/o:rocky:rocky:9::baseos"',
    grains: {
      os: 'Rocky',
      os_family: 'RedHat',
      osfullname: 'Rocky Linux',
      osrelease: '9.3',
      osrelease_info: [9, 3],
      osmajorrelease: 9,
      oscodename: 'Blue Onyx',
      osfinger: 'Rocky Linux-9',
    },
  },
  {
    name: 'AlmaLinux 8',
    osRelease:
      'NAME="AlmaLinux"\nVERSION="8.9 (Midnight Oncilla)"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="8.9"\nPRETTY_NAME="AlmaLinux 8.9 (Midnight Oncilla)"\nCPE_NAME="cpe:/o:almalinux:almalinux:8::baseos"',
    grains: {
      os: 'AlmaLinux',
      os_family: 'RedHat',
      osrelease: '8.9',
      oscodename: 'Midnight Oncilla',
      osfinger: 'AlmaLinux-8',
    },
  },
  {
    name: 'Oracle Linux 8',
    osRelease:
      'NAME="Oracle Linux Server"\nVERSION="8.9"\nID="ol"\nID_LIKE="fedora"\nVERSION_ID="8.9"\nPRETTY_NAME="Oracle Linux Server 8.9"\nCPE_NAME="cpe:/o:oracle:linux:8:9:server"',
    grains: {
      os: 'OEL',
      os_family: 'RedHat',
      osfullname: 'Oracle Linux Server',
      osrelease: '8.9',
      oscodename: 'Oracle Linux Server 8.9',
      osfinger: 'Oracle Linux Server-8',
    },
  },
  {
    name: 'Fedora 39',
    osRelease:
      'NAME="Fedora Linux"\nVERSION="39 (Server Edition)"\nID=fedora\nVERSION_ID=39\nVERSION_CODENAME=""\nPRETTY_NAME="Fedora Linux 39 (Server Edition)"\nCPE_NAME="cpe:/o:fedoraproject:fedora:39"',
    grains: {
      os: 'Fedora',
      os_family: 'RedHat',
      osfullname: 'Fedora Linux',
      osrelease: '39',
      oscodename: '',
      osfinger: 'Fedora Linux-39',
    },
  },
  {
    name: 'Amazon Linux 2023',
    osRelease:
      'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\nPRETTY_NAME="Amazon Linux 2023"\nCPE_NAME="cpe:2.3:o:amazon:amazon_linux:2023"',
    grains: {
      os: 'Amazon',
      os_family: 'RedHat',
      osfullname: 'Amazon Linux',
      osrelease: '2023',
      osmajorrelease: 2023,
      osfinger: 'Amazon Linux-2023',
    },
  },
  {
    name: 'SUSE Linux Enterprise Server 15 SP5',
    osRelease:
      'NAME="SLES"\nVERSION="15-SP5"\nVERSION_ID="15.5"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP5"\nID="sles"\nID_LIKE="suse"\nCPE_NAME="cpe:/o:suse:sles:15:sp5"',
    grains: {
      os: 'SUSE',
      os_family: 'Suse',
      osfullname: 'SLES',
      osrelease: '15.5',
      osrelease_info: [15, 5],
      oscodename: 'SUSE Linux Enterprise Server 15 SP5',
      osfinger: 'SLES-15',
    },
  },
  {
    name: 'openSUSE Leap 15.5',
    osRelease:
      'NAME="openSUSE Leap"\nVERSION="15.5"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.5"\nPRETTY_NAME="openSUSE Leap 15.5"\nCPE_NAME="cpe:/o:opensuse:leap:15.5"',
    grains: {
      os: 'SUSE',
      os_family: 'Suse',
      osfullname: 'Leap',
      osrelease: '15.5',
      oscodename: 'openSUSE Leap 15.5',
      osfinger: 'Leap-15',
    },
  },
  {
    name: 'openSUSE Tumbleweed',
    osRelease:
      'NAME="openSUSE Tumbleweed"\n# VERSION="20240301"\nID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20240301"\nPRETTY_NAME="openSUSE Tumbleweed"\nCPE_NAME="cpe:/o:opensuse:tumbleweed:20240301"',
    grains: { os: 'SUSE', os_family: 'Suse', osrelease: '20240301', osmajorrelease: 20240301 },
  },
  {
    name: 'Alpine 3.19',
    osRelease: 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"',
    grains: {
      os: 'Alpine',
      os_family: 'Alpine',
      osfullname: 'Alpine Linux',
      osrelease: '3.19.1',
      osrelease_info: [3, 19, 1],
      osmajorrelease: 3,
      oscodename: 'Alpine Linux v3.19',
      osfinger: 'Alpine Linux-3',
    },
  },
  {
    name: 'Arch',
    osRelease: 'NAME="Arch Linux"\nPRETTY_NAME="Arch Linux"\nID=arch\nBUILD_ID=rolling',
    lsbRelease: 'DISTRIB_ID="Arch"\nDISTRIB_RELEASE="rolling"\nDISTRIB_DESCRIPTION="Arch Linux"',
    grains: {
      os: 'Arch',
      os_family: 'Arch',
      osfullname: 'Arch Linux',
      osrelease: 'rolling',
      osrelease_info: ['rolling'],
      osfinger: 'Arch Linux-rolling',
    },
  },
  {
    name: 'Manjaro',
    osRelease:
      'NAME="Manjaro Linux"\nID=manjaro\nID_LIKE=arch\nBUILD_ID=rolling\nPRETTY_NAME="Manjaro Linux"',
    grains: { os: 'Manjaro', os_family: 'Arch', osfullname: 'Manjaro Linux', osrelease: 'rolling' },
  },
  {
    name: 'Gentoo',
    osRelease: 'NAME=Gentoo\nID=gentoo\nPRETTY_NAME="Gentoo Linux"\nVERSION_ID="2.14"',
    grains: { os: 'Gentoo', os_family: 'Gentoo', osrelease: '2.14', osfinger: 'Gentoo-2' },
  },
  {
    name: 'a derivative nobody has heard of',
    osRelease: 'NAME="Frobnix"\nID=frobnix\nID_LIKE="rhel fedora"\nVERSION_ID="1.0-rc1"',
    grains: {
      os: 'Frobnix',
      os_family: 'RedHat',
      osrelease: '1.0-rc1',
      osrelease_info: [1, '0-rc1'],
      osfinger: 'Frobnix-1',
    },
  },
  {
    name: 'no release file at all',
    osRelease: '',
    grains: { os: 'Linux', os_family: 'Linux', osfullname: 'Linux', osrelease: '', oscodename: '' },
  },
]
