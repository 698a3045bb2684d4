// SPDX-License-Identifier: Apache-2.0
import { arch, version as kernelVersion, release, type } from 'node:os'
import { version } from '@halite/core'
import { type ExecContext, fn } from '@halite/loader'

type Versions = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The functions of `test` that tell which versions run. */
export const versionFunctions = {
  version: fn({
    doc: 'Return the version of the minion.',
    examples: ["salt '*' test.version"],
    inline: true,
    run: () => version,
  }),
  versions_information: fn({
    doc: 'Return the versions of the minion, of what it is built on, and of the system, as maps.',
    examples: ["salt '*' test.versions_information"],
    inline: true,
    reads: ['quick grains'],
    run: (ctx) => versionsOf(ctx),
  }),
  versions_report: fn({
    doc: 'Return the versions of the minion, of what it is built on, and of the system, as text.',
    examples: ["salt '*' test.versions_report"],
    inline: true,
    reads: ['quick grains'],
    run: (ctx) => report(versionsOf(ctx)),
  }),
  versions: fn({
    doc: 'The shorter name of ``test.versions_report``.',
    examples: ["salt '*' test.versions"],
    inline: true,
    reads: ['quick grains'],
    run: (ctx) => report(versionsOf(ctx)),
  }),
}

function versionsOf({ grains }: ExecContext): Versions {
  const { node, v8, openssl, uv, zlib } = process.versions
  const dist = ['os', 'osrelease', 'oscodename']
    .map((key) => grains[key])
    .filter((part) => part !== undefined)
  return {
    'Salt Version': { Salt: version },
    'Dependency Versions': { libuv: uv, Node: node, OpenSSL: openssl ?? '', V8: v8, zlib },
    'System Versions': {
      dist: dist.join(' '),
      locale: Intl.DateTimeFormat().resolvedOptions().locale,
      machine: arch(),
      release: release(),
      system: type(),
      version: kernelVersion(),
    },
  }
}

/** Headings at the margin; below each, names set flush to their colons. */
function report(versions: Versions): string {
  const width = Math.max(
    ...Object.values(versions).flatMap((part) => Object.keys(part).map((key) => key.length)),
  )
  return Object.entries(versions)
    .map(([heading, part]) => {
      const lines = Object.entries(part).map(([key, value]) => `${key.padStart(width + 1)}: ${value}`)
      return `${heading}:\n${lines.join('\n')}`
    })
    .join('\n\n')
}
