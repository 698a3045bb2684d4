// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { optionRows } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { configFiles } from '../../../../scripts/generate-config.mjs'
import { isNotUsedYet } from '../../src/options/not-used-yet.ts'

const packages = new URL('../../..', import.meta.url).pathname
/** Files that name options without reading them. */
const naming =
  /\/core\/src\/options\/(?:groups\/[\w-]+|not-used-yet|known-in-salt|restrictions)\.ts$|\/error-catalogue\/\w+\.ts$|\/cli\/src\/options\//

const source = readdirSync(packages)
  .filter((name) => name !== 'testing')
  .flatMap((name) => filesBelow(join(packages, name, 'src')))
  .filter((path) => path.endsWith('.ts') && !naming.test(path))
  .map((path) => readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|'node:\w+'/gm, ''))
  .join('\n')

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name))
}

describe.each(['master', 'minion'] as const)('the options of the %s that nothing reads', (role) => {
  const names = [...optionRows(role).keys()]

  it('are listed as not used yet, and no other', () => {
    const unread = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))
    expect(names.filter((name) => isNotUsedYet(role, name))).toEqual(unread)
  })

  it('are marked on the reference page and in the example', async () => {
    const files = await configFiles()
    const page = (files.get(`docs/reference/${role}-options.md`) as string).split('\n')
    const marked = page
      .filter((line) => line.includes('**Not used yet.**'))
      .map((line) => /`(\w+)`/.exec(line)?.[1])
    expect(marked.sort()).toEqual(names.filter((name) => isNotUsedYet(role, name)).sort())
    expect((files.get(`config/${role}`) as string).match(/# Not used yet\./g)).toHaveLength(marked.length)
  })
})
