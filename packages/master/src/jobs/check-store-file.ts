// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'

/** Where the two pages that describe an environment hold what is looked at, as lmdb-js lays them out. */
const at = { magic: 24, pageSize: 48, freeRoot: 88, mainRoot: 136, lastPage: 144, transaction: 152, end: 160 }
const magic = 0xbeefc0de
const noPage = 2n ** 64n - 1n

interface Description {
  readonly isValid: boolean
  readonly pageSize: number
  readonly roots: readonly bigint[]
  readonly lastPage: bigint
  readonly transaction: bigint
}

/**
 * Looks at the file of a job store before it is mapped: what is not one, or is cut short, would end the process without a word.
 * Throws `STORE_FAILED`. A missing and an empty file are fine: they are filled.
 */
export function checkStoreFile(directory: string): void {
  const path = join(directory, 'data.mdb')
  const file = openIfThere(path)
  if (file === undefined) return
  try {
    const { size } = fstatSync(file)
    const problem = size === 0 ? undefined : problemOf(file, size)
    if (problem !== undefined) throw damaged(directory, `${path} ${problem}`)
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function problemOf(file: number, size: number): string | undefined {
  const first = describe(file, 0)
  const second = first.isValid ? describe(file, first.pageSize) : first
  if (!first.isValid || !second.isValid) return 'is damaged, or not the file of a job store'
  const newest = first.transaction > second.transaction ? first : second
  const pages = BigInt(Math.floor(size / newest.pageSize))
  const isRootMissing = newest.roots.some((page) => page !== noPage && page >= pages)
  // Pages at the end that were freed before they were written are no loss.
  const isCut = isRootMissing || pages * 2n <= newest.lastPage
  return isCut ? `is cut short: it has ${pages} of ${newest.lastPage + 1n} pages` : undefined
}

function describe(file: number, position: number): Description {
  const bytes = Buffer.alloc(at.end)
  const isWhole = readSync(file, bytes, 0, at.end, position) === at.end
  const pageSize = bytes.readUInt32LE(at.pageSize)
  const isPageSize = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0
  return {
    isValid: isWhole && bytes.readUInt32LE(at.magic) === magic && isPageSize,
    pageSize,
    roots: [bytes.readBigUInt64LE(at.freeRoot), bytes.readBigUInt64LE(at.mainRoot)],
    lastPage: bytes.readBigUInt64LE(at.lastPage),
    transaction: bytes.readBigUInt64LE(at.transaction),
  }
}

function damaged(directory: string, message: string): SaltError {
  return new SaltError('STORE_FAILED', message, {
    hint: `Put a copy of ${directory} back, or move it away: the master begins an empty store.`,
  })
}
