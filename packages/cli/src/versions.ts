// SPDX-License-Identifier: Apache-2.0
import { arch, release, type } from 'node:os'
import { version } from '@halite/core'

/** The text of `--versions-report`: ours, the runtime's, the system's. */
export function versionsReport(): string {
  const { node, v8, openssl, uv } = process.versions
  const rows = {
    'Halite Version': { Halite: version },
    'Runtime Versions': { Node: node, V8: v8, OpenSSL: openssl, libuv: uv },
    'System Versions': { system: type(), release: release(), machine: arch() },
  }
  return Object.entries(rows)
    .map(([title, entries]) => [`${title}:`, ...lines(entries)].join('\n'))
    .join('\n\n')
}

function lines(entries: Readonly<Record<string, string | undefined>>): string[] {
  const width = Math.max(...Object.keys(entries).map((name) => name.length))
  return Object.entries(entries).map(([name, value]) => `${name.padStart(width + 10)}: ${value ?? 'unknown'}`)
}
