// SPDX-License-Identifier: Apache-2.0
import { isMap, loadJson, SaltError, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { computerName } from './names.ts'
import { askPowershell } from './powershell.ts'

/** Class of Windows → what is asked of it. */
const asked = {
  OperatingSystem:
    'Description,Manufacturer,Caption,NumberOfUsers,Organization,OSArchitecture,Primary,ProductType,RegisteredUser,SystemDirectory,SystemDrive,Version,WindowsDirectory,InstallDate,LastBootUpTime',
  ComputerSystemProduct: 'SKUNumber',
  ComputerSystem:
    'BootupState,Caption,ChassisBootupState,DNSHostName,Domain,DomainRole,Manufacturer,Model,NetworkServerModeEnabled,PartOfDomain,PCSystemType,PowerState,Status,SystemType,TotalPhysicalMemory,ThermalState,Workgroup',
  Processor: 'Manufacturer,MaxClockSpeed,NumberOfLogicalProcessors,NumberOfCores,NumberOfEnabledCore',
  BIOS: 'SerialNumber,Manufacturer,Version,BIOSVersion,Caption,Description',
} as const

const dates = ['InstallDate', 'LastBootUpTime']
const osTypes = ['', 'Work Station', 'Domain Controller', 'Server']
const domainRoles = [
  ...['Standalone Workstation', 'Member Workstation', 'Standalone Server', 'Member Server'],
  ...['Backup Domain Controller', 'Primary Domain Controller'],
]
const warningStates = ['', 'Other', 'Unknown', 'Safe', 'Warning', 'Critical', 'Non-recoverable']
const systemTypes = [
  ...['Unspecified', 'Desktop', 'Mobile', 'Workstation', 'Enterprise Server', 'SOHO Server', 'Appliance PC'],
  ...['Performance Server', 'Slate', 'Maximum'],
]

/** The line that asks for all of it, as one text of JSON in UTF-8: class → list of its instances. */
export const systemInfoLine = [
  '[Console]::OutputEncoding=[Text.Encoding]::UTF8',
  `ConvertTo-Json -Compress -Depth 4 @{${Object.entries(asked)
    .map(
      ([name, properties]) =>
        `${name}=@(Get-CimInstance Win32_${name}|Select-Object ${selected(properties)})`,
    )
    .join(';')}}`,
].join(';')

/** A date is written as Salt shows it. */
function selected(properties: string): string {
  const shown = properties
    .split(',')
    .map((name) =>
      dates.includes(name) ? `@{n='${name}';e={$_.${name}.ToString('yyyy-MM-dd HH:mm:ss')}}` : name,
    )
  return shown.join(',')
}

type Read = (name: string) => unknown

/** `system.get_system_info`. Rejects with `COMMAND_FAILED` where Windows does not answer. */
export async function systemInfo(ctx: ExecContext): Promise<object> {
  const told = parsed(await askPowershell(ctx, systemInfoLine))
  const [os, product, system, bios] = (
    ['OperatingSystem', 'ComputerSystemProduct', 'ComputerSystem', 'BIOS'] as const
  ).map((name) => instances(told, name)[0] ?? (() => null)) as [Read, Read, Read, Read]
  return {
    name: await computerName(ctx),
    ...osInfo(os),
    chassis_sku_number: product('SKUNumber'),
    ...computerInfo(system),
    ...processorInfo(instances(told, 'Processor')),
    ...biosInfo(bios),
  }
}

function parsed(printed: string): unknown {
  try {
    return loadJson(printed)
  } catch (cause) {
    throw new SaltError('COMMAND_FAILED', 'Windows did not say what it knows of this machine', { cause })
  }
}

function instances(told: unknown, name: keyof typeof asked): Read[] {
  const list = isMap(told) ? valueAt(told, name) : undefined
  const found = Array.isArray(list) ? list.filter(isMap) : []
  return found.map((one) => (property) => valueAt(one, property) ?? null)
}

function osInfo(os: Read): object {
  return {
    description: os('Description'),
    install_date: os('InstallDate'),
    last_boot: os('LastBootUpTime'),
    os_manufacturer: os('Manufacturer'),
    os_name: os('Caption'),
    users: os('NumberOfUsers'),
    organization: os('Organization'),
    os_architecture: os('OSArchitecture'),
    primary: os('Primary'),
    os_type: word(osTypes, os('ProductType')),
    registered_user: os('RegisteredUser'),
    system_directory: os('SystemDirectory'),
    system_drive: os('SystemDrive'),
    os_version: os('Version'),
    windows_directory: os('WindowsDirectory'),
  }
}

function computerInfo(system: Read): object {
  const memory = system('TotalPhysicalMemory')
  return {
    bootup_state: system('BootupState'),
    caption: system('Caption'),
    chassis_bootup_state: word(warningStates, system('ChassisBootupState')),
    dns_hostname: system('DNSHostName'),
    domain: system('Domain'),
    domain_role: word(domainRoles, system('DomainRole')),
    hardware_manufacturer: system('Manufacturer'),
    hardware_model: system('Model'),
    network_server_mode_enabled: system('NetworkServerModeEnabled'),
    part_of_domain: system('PartOfDomain'),
    pc_system_type: word(systemTypes, system('PCSystemType')),
    power_state: system('PowerState'),
    status: system('Status'),
    system_type: system('SystemType'),
    total_physical_memory: sizeText(Number(memory)),
    total_physical_memory_raw: String(memory),
    thermal_state: word(warningStates, system('ThermalState')),
    workgroup: system('Workgroup'),
  }
}

function processorInfo(processors: readonly Read[]): object {
  const sum = (name: string) => processors.reduce((total, read) => total + Number(read(name) ?? 0), 0)
  const enabled = sum('NumberOfEnabledCore')
  return {
    processors: processors.length,
    processors_logical: sum('NumberOfLogicalProcessors'),
    processor_cores: sum('NumberOfCores'),
    // Older versions of Windows do not have it.
    ...(enabled > 0 ? { processor_cores_enabled: enabled } : {}),
    processor_manufacturer: processors[0]?.('Manufacturer') ?? null,
    processor_max_clock_speed: `${String(processors[0]?.('MaxClockSpeed') ?? '')}MHz`,
  }
}

function biosInfo(bios: Read): object {
  return {
    hardware_serial: bios('SerialNumber'),
    bios_manufacturer: bios('Manufacturer'),
    bios_version: bios('Version'),
    bios_details: bios('BIOSVersion'),
    bios_caption: bios('Caption'),
    bios_description: bios('Description'),
  }
}

function word(words: readonly string[], code: unknown): string | null {
  return (typeof code === 'number' ? words[code] : undefined) || null
}

/** As Salt writes sizes: `7.999GB`. */
function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  return `${(bytes / 2 ** (10 * power)).toFixed(3)}${units[power]}`
}
