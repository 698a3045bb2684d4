// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type DataMap, mapOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { checkedGlob } from './names.ts'
import { runProgram, showFormat, wordsOf } from './programs.ts'

/** As `dpkg-query` names what it knows → as `lowpkg.info` does. */
const fields = {
  package: 'Package',
  revision: 'binary:Revision',
  architecture: 'Architecture',
  maintainer: 'Maintainer',
  summary: 'Summary',
  source: 'source:Package',
  version: 'Version',
  section: 'Section',
  size: 'Size',
  MD5: 'MD5sum',
  SHA1: 'SHA1',
  SHA256: 'SHA256',
  origin: 'Origin',
  homepage: 'Homepage',
  status: 'db:Status-Abbrev',
  description: 'Description',
}

/** What other systems call the same. */
const commonNames: Readonly<Record<string, string>> = {
  package: 'name',
  origin: 'vendor',
  section: 'group',
  maintainer: 'packager',
  homepage: 'url',
}

const fieldEnd = '\u001f'
const packageEnd = '\u001e'

export interface InfoQuery {
  readonly names: readonly string[]
  /** Fail when there is no such package. */
  readonly failhard: boolean
}

/** `lowpkg.info`: name → what dpkg knows of it. Rejects with COMMAND_FAILED. */
export async function packageInfo(
  ctx: ExecContext,
  { names, failhard }: InfoQuery,
): Promise<Map<string, Record<string, string>>> {
  const format = showFormat(Object.values(fields), { between: fieldEnd, end: packageEnd })
  const argv = ['dpkg-query', '-W', format, ...names.map(checkedGlob)]
  const result = await runProgram(ctx, argv)
  if (result.retcode !== 0) {
    if (!failhard) return new Map()
    throw new SaltError('COMMAND_FAILED', `Error getting packages information: ${wordsOf(result)}`)
  }
  const found = result.stdout
    .split(packageEnd)
    .filter((one) => one !== '')
    .map(factsIn)
  for (const facts of found) Object.assign(facts, await more(ctx, facts['package'] ?? ''))
  return new Map(found.map((facts) => [facts['package'] ?? '', facts]))
}

/** `pkg.info_installed`: of those that are really installed, in the words of all systems. */
export async function installedInfo(ctx: ExecContext, query: InfoQuery): Promise<DataMap> {
  const found = await packageInfo(ctx, query)
  const installed = [...found].filter(([, facts]) => facts['status']?.[1] === 'i')
  return mapOf(
    installed.map(([name, facts]) => {
      const shown = Object.entries(facts).filter(([key]) => key !== 'status')
      return [name, Object.fromEntries(shown.map(([key, value]) => [commonNames[key] ?? key, value]))]
    }),
  )
}

function factsIn(text: string): Record<string, string> {
  const values = text.split(fieldEnd)
  const all = Object.keys(fields).map((name, at): [string, string] => [name, values[at] ?? ''])
  return Object.fromEntries(all.filter(([name, value]) => value !== '' || name === 'description'))
}

/** When it was installed, and its licences where it tells of them. */
async function more(ctx: ExecContext, name: string): Promise<Record<string, string>> {
  const database = process.env['DPKG_ADMINDIR'] ?? '/var/lib/dpkg'
  const list = await ctx.fs.stat(join(database, 'info', `${name}.list`))
  const licence = await licencesOf(ctx, name)
  return {
    ...(list && { install_date: `${new Date(list.mtimeMs).toISOString().slice(0, 19)}Z` }),
    ...(licence !== '' && { license: licence }),
  }
}

async function licencesOf(ctx: ExecContext, name: string): Promise<string> {
  const text = (await ctx.fs.readTextIfThere(join('/usr/share/doc', name, 'copyright'))) ?? ''
  const names = [...text.matchAll(/^License:(.*)$/gm)].map(([, one = '']) => one.trim())
  return [...new Set(names)].sort().join(', ')
}
