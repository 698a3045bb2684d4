// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '@halite/core'

/** What an installer of Windows Installer brings. */
export interface MsiOptions {
  readonly name: string
  readonly version: string
  /** Code of the product; another one for each version. */
  readonly code: string
  /** Code that all versions of the product share: a newer one takes the place of an older one. */
  readonly upgradeCode: string
  readonly bits?: 32 | 64
  /** It refuses to be installed, with exit code 1603. */
  readonly fails?: boolean
  /** It asks for a restart, with exit code 3010. */
  readonly restarts?: boolean
}

/** What a setup of NSIS does. */
export interface SetupOptions {
  readonly name: string
  readonly version: string
  readonly exitCode?: number
  /** A file that must lie beside it, as for installers of several files. */
  readonly needs?: string
  /** Its name in Add/Remove Programs, where that is another. */
  readonly listedAs?: string
  /** Where it installs itself, and its uninstaller below that. */
  readonly folder?: string
  readonly uninstaller?: string
  /** It asks nothing, whatever its flags. */
  readonly isSilent?: boolean
  /** It says nothing in Add/Remove Programs; `version`, of four numbers, is in the resources of its `uninstall.exe`. */
  readonly isHidden?: boolean
}

/** Builds real installers in a directory, with `wixl` and `makensis`. */
export class Installers {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'a.txt'), 'a')
  }

  /** The bytes of an installer for `msiexec`. */
  async msi(options: MsiOptions): Promise<Buffer> {
    const [source, target] = this.#paths(`${options.name}-${options.version}`, ['wxs', 'msi'])
    writeFileSync(source, wxs(options))
    const { bits = 64, restarts = false } = options
    await this.#run(['wixl', '-a', bits === 64 ? 'x64' : 'x86', '-o', target, source])
    const restart = "INSERT INTO InstallExecuteSequence (Action, Sequence) VALUES ('ScheduleReboot', 6590)"
    if (restarts) await this.#run(['msibuild', target, '-q', restart])
    return readFileSync(target)
  }

  /** The bytes of a setup program, which installs silently with `/S`. */
  async setup(options: SetupOptions): Promise<Buffer> {
    const [source, target] = this.#paths(`setup-${options.name}-${options.version}`, ['nsi', 'exe'])
    writeFileSync(source, `\ufeff${nsi(options, target)}`)
    await this.#run(['makensis', '-V2', '-DX64', source])
    return readFileSync(target)
  }

  async #run(argv: readonly string[]): Promise<void> {
    const { retcode, stdout, stderr } = await run(argv, { cwd: this.#directory })
    if (retcode !== 0) throw new Error(`${argv.join(' ')} ended with ${retcode}: ${stdout}${stderr}`)
  }

  #paths(name: string, endings: readonly [string, string]): [string, string] {
    const plain = name.replace(/[^A-Za-z0-9.-]/g, '_')
    return [join(this.#directory, `${plain}.${endings[0]}`), join(this.#directory, `${plain}.${endings[1]}`)]
  }
}

function wxs({ name, version, code, upgradeCode, bits = 64, fails = false }: MsiOptions): string {
  const folder = bits === 64 ? 'ProgramFiles64Folder' : 'ProgramFilesFolder'
  const condition = fails ? '<Condition Message="refused">0 = 1</Condition>' : ''
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="${code}" Name="${name}" Version="${version}" Manufacturer="Halite" Language="1033" UpgradeCode="${upgradeCode}">
    <Package InstallerVersion="200" Compressed="yes" InstallScope="perMachine"/>
    <Media Id="1" Cabinet="a.cab" EmbedCab="yes"/>${condition}
    <Upgrade Id="${upgradeCode}">
      <UpgradeVersion Minimum="0.0.0" Maximum="${version}" IncludeMinimum="yes" IncludeMaximum="no" Property="OLDVERSIONFOUND"/>
    </Upgrade>
    <InstallExecuteSequence><RemoveExistingProducts After="InstallInitialize"/></InstallExecuteSequence>
    <Directory Id="TARGETDIR" Name="SourceDir"><Directory Id="${folder}"><Directory Id="INSTALLDIR" Name="${name}">
      <Component Id="Main" Guid="*" ${bits === 64 ? 'Win64="yes"' : ''}><File Id="F" Name="a.txt" Source="a.txt" KeyPath="yes"/></Component>
    </Directory></Directory></Directory>
    <Feature Id="All" Level="1"><ComponentRef Id="Main"/></Feature>
  </Product>
</Wix>
`
}

const uninstall = 'Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall'

function nsi(options: SetupOptions, target: string): string {
  const { name, exitCode = 0, isHidden = false, isSilent = false } = options
  const { folder = `$PROGRAMFILES64\\${name}`, uninstaller = 'uninstall.exe' } = options
  return `Unicode true
Target amd64-unicode
Name "${name}"
OutFile "${target}"
InstallDir "${folder}"
RequestExecutionLevel admin
${isSilent ? 'SilentInstall silent' : ''}
${isHidden ? versionResource(options) : ''}
Section
${needed(options)}
  SetRegView 64
  SetOutPath "$INSTDIR\\${uninstaller.includes('\\') ? uninstaller.split('\\')[0] : ''}"
  WriteUninstaller "$INSTDIR\\${uninstaller}"
${isHidden ? '' : listing(options)}
  SetErrorLevel ${exitCode}
SectionEnd
Section Uninstall
  SetRegView 64
  Delete "${folder}\\${uninstaller}"
  RMDir /r "${folder}"
  DeleteRegKey HKLM "${uninstall}\\${name}"
SectionEnd
`
}

/** Without the file that it needs it ends at once. */
function needed({ needs }: SetupOptions): string {
  return needs === undefined ? '' : `  IfFileExists "$EXEDIR\\${needs}" +3\n  SetErrorLevel 2\n  Quit`
}

function versionResource({ version }: SetupOptions): string {
  return `VIProductVersion "${version}"\nVIFileVersion "${version}"\nVIAddVersionKey "FileVersion" "${version}"`
}

function listing({ name, version, listedAs = name }: SetupOptions): string {
  const key = `  WriteRegStr HKLM "${uninstall}\\${name}"`
  return `${key} "DisplayName" "${listedAs}"
${key} "DisplayVersion" "${version}"
${key} "UninstallString" '"$INSTDIR\\uninstall.exe"'`
}
