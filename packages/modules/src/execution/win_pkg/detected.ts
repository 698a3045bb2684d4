// SPDX-License-Identifier: Apache-2.0
import { messageOf, pythonStr } from '@halite/core'
import type { ExecContext, RegistryValue } from '@halite/loader'
import {
  compareVersions,
  type Detection,
  detectionOf,
  expandVariables,
  fileVersionOf,
  hasDetection,
  type Inventory,
  packedCode,
  type Repository,
  type VersionData,
  windowsPath,
} from '@halite/winrepo'
import { placeOf } from '../reg/place.ts'

const views = [64, 32] as const
const products = 'HKLM\\Software\\Classes\\Installer\\Products'
const uninstall = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall'

/** The versions whose own rule finds them on this machine: package name → versions. */
export async function detectedPackages(ctx: ExecContext, { packages }: Repository): Promise<Inventory> {
  const found = new Map<string, string[]>()
  for (const [name, versions] of packages) {
    for (const [version, settings] of versions) {
      if (!hasDetection(settings) || (await whyUndetected(ctx, settings)) !== undefined) continue
      found.set(name, [...(found.get(name) ?? []), version])
    }
  }
  return found
}

/** In words what of the rule of a version does not hold; undefined where all does, or where it has no rule. */
export async function whyUndetected(ctx: ExecContext, settings: VersionData): Promise<string | undefined> {
  const { registry, file, product_code: code } = detectionOf(settings) ?? {}
  try {
    return (
      (registry && (await whyNotInRegistry(ctx, registry))) ??
      (file && (await whyNotInFile(ctx, file))) ??
      (code === undefined ? undefined : await whyNoProduct(ctx, code))
    )
  } catch (error) {
    // What cannot be read, for whatever reason, must not hide the other packages.
    return messageOf(error)
  }
}

async function whyNotInRegistry(
  { windowsRegistry }: ExecContext,
  { key, name, data, view }: NonNullable<Detection['registry']>,
): Promise<string | undefined> {
  const [hive = '', ...below] = key.split('\\')
  const place = placeOf({ hive, key: below.join('\\'), use_32bit_registry: view === 32 })
  const values = await windowsRegistry.values(...place)
  if (values === undefined) return `there is no registry key ${key}`
  if (name === undefined && data === undefined) return undefined
  const wanted = name ?? ''
  const value = [...values].find(([each]) => each.toLowerCase() === wanted.toLowerCase())?.[1]
  const shown =
    wanted === '' ? `the value of registry key ${key}` : `value '${wanted}' of registry key ${key}`
  if (value === undefined) return `there is no ${shown.replace(/^the /, '')}`
  const present = dataText(value)
  return data === undefined || present === data ? undefined : `${shown} is '${present}', not '${data}'`
}

function dataText({ data }: RegistryValue): string {
  if (data instanceof Uint8Array) return Buffer.from(data).toString('hex')
  return typeof data === 'object' ? data.join('\n') : pythonStr(data)
}

async function whyNotInFile(
  { fs }: ExecContext,
  { path: given, version }: NonNullable<Detection['file']>,
): Promise<string | undefined> {
  const path = windowsPath(expandVariables(given, process.env))
  if (!(await fs.exists(path))) return `there is no file ${path}`
  if (version === undefined) return undefined
  const present = await fileVersionOf((offset, length) => fs.readRange(path, offset, length))
  if (present === undefined) return `file ${path} has no version`
  return isSameVersion(present, version) ? undefined : `file ${path} has version ${present}, not ${version}`
}

/** A file has four numbers always: zeros at the end say nothing. */
function isSameVersion(present: string, wanted: string): boolean {
  const [left, right] = [present, wanted].map((version) => version.replace(/(?:\.0+)+$/, ''))
  return compareVersions(left || '0', '==', right || '0')
}

async function whyNoProduct({ windowsRegistry }: ExecContext, code: string): Promise<string | undefined> {
  for (const view of views) {
    for (const path of [`${products}\\${packedCode(code)}`, `${uninstall}\\${code}`])
      if ((await windowsRegistry.values(path, view)) !== undefined) return undefined
  }
  return `Windows Installer knows no product ${code}`
}
