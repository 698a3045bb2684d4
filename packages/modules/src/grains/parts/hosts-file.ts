// SPDX-License-Identifier: Apache-2.0
import { readText } from './read.ts'

/** The text of the system's hosts file; empty if it is missing. */
export function readHosts(): string {
  if (process.platform !== 'win32') return readText('/etc/hosts') ?? ''
  return readText(`${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`) ?? ''
}
