// SPDX-License-Identifier: Apache-2.0
import { SaltError, show } from '@halite/core'

/** What the name of a release says: `salt-3007.1.linux-x64` → app, version, platform. */
export interface ReleaseName {
  readonly app: string
  readonly version: string
  readonly platform: string
}

/** The name of a release: of its folder, and with `.zip` of its file. */
export function releaseName({ app, version, platform }: ReleaseName): string {
  return `${app}-${version}.${platform.replaceAll('.', '_')}`
}

/**
 * Splits a name as Esky does: the platform stands behind the last dot, and the application is made of the leading parts
 * between dashes that begin with a letter and are wholly alphanumeric. Undefined when it is not such a name.
 */
export function parseReleaseName(name: string): ReleaseName | undefined {
  const dot = name.lastIndexOf('.')
  const platform = name.slice(dot + 1)
  const parts = name.slice(0, dot).split('-')
  const first = parts.findIndex((part) => !/^[A-Za-z][A-Za-z0-9]*$/.test(part))
  if (dot < 0 || first <= 0) return undefined
  const version = parts.slice(first).join('-')
  if (!isVersion(version) || !/^[A-Za-z0-9][\w-]*$/.test(platform)) return undefined
  return { app: parts.slice(0, first).join('-'), version, platform }
}

/** A version as it may stand in the name of a file: no separator, no leading dot, 128 characters at most. */
export function isVersion(text: string): boolean {
  return text.length <= 128 && /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(text) && !text.includes('..')
}

/** `text` as a version. Throws `UPDATE_INVALID` when it cannot be one. */
export function parseVersion(text: string): string {
  if (isVersion(text)) return text
  throw new SaltError('UPDATE_INVALID', `${show(text)} is not a version`, {
    hint: 'Give it as in the name of the release: 3007.1',
  })
}

/** The platform of this process, as names of releases have it: `linux-x64`. */
export function thisPlatform(): string {
  return `${process.platform}-${process.arch}`
}
