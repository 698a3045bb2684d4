// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { posix, win32 } from 'node:path'
import { isRecord } from '../values/maps.ts'

/** Process environment, as far as options depend on it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Directories that the defaults of options begin with. */
export interface Places {
  /** What `root_dir` takes the place of. */
  readonly root: string
  readonly config: string
  readonly cache: string
  readonly run: string
  readonly log: string
  readonly srv: string
}

/**
 * The directories of Salt's own layout on a platform. On Windows all lie in one: that of old installations where it is in
 * use, else a directory of `ProgramData`.
 */
export function systemPlaces(
  platform: NodeJS.Platform = process.platform,
  env: Environment = process.env,
  exists: (path: string) => boolean = existsSync,
): Places {
  if (platform !== 'win32') {
    return {
      root: '/',
      config: '/etc/salt',
      cache: '/var/cache/salt',
      run: '/var/run',
      log: '/var/log/salt',
      srv: '/srv',
    }
  }
  const { join } = win32
  const old = join(env['SystemDrive'] ?? 'C:', 'salt')
  const programData = join(env['ProgramData'] ?? 'C:\\ProgramData', 'Salt Project', 'Salt')
  const root = exists(join(old, 'conf')) ? old : programData
  return {
    root,
    config: join(root, 'conf'),
    cache: join(root, 'var', 'cache', 'salt'),
    run: join(root, 'var', 'run'),
    log: join(root, 'var', 'log', 'salt'),
    srv: join(root, 'srv'),
  }
}

/** The configuration directory where the command line names none: `SALT_CONFIG_DIR`, else the platform's. */
export function defaultConfigDir(env: Environment = process.env): string {
  return env['SALT_CONFIG_DIR'] || systemPlaces(process.platform, env).config
}

/** What the words in angle brackets of a default stand for. */
export interface DefaultWords extends Places {
  readonly role: string
  readonly platform: NodeJS.Platform
}

/** A default of the table with `<config>`, `<cache>`, `<run>`, `<log>`, `<srv>`, `<role>` and `<user>` filled in. */
export function expandDefault(value: unknown, words: DefaultWords): unknown {
  if (typeof value === 'string') return expandText(value, words)
  if (Array.isArray(value)) return value.map((item) => expandDefault(item, words))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expandDefault(item, words)]))
}

function expandText(value: string, words: DefaultWords): string {
  if (value === '<user>') return currentUser()
  const place = /^<(root|config|cache|run|log|srv)>/.exec(value)
  const text = value.replaceAll('<role>', words.role)
  if (place === null) return text
  const { join } = words.platform === 'win32' ? win32 : posix
  return join(words[place[1] as keyof Places], text.slice(place[0].length))
}

function currentUser(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without a name, as containers have it.
    return String(process.getuid?.() ?? '')
  }
}
