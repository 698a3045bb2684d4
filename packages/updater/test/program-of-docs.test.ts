// SPDX-License-Identifier: Apache-2.0
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from '@halite/core'
import { KeyDirectory, Layout, Repository, readTrial } from '@halite/updater'
import { expect, test } from 'vitest'
import { nameOf, placeRelease, serve, zipRelease } from './support/releases.ts'

const page = join(import.meta.dirname, '../../../docs/operate/freeze-and-update.md')
const library = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href

/** The program that the page shows beside Esky's, with the place and the address that it is to use. */
function programOf(app: string, url: string): string {
  const text = readFileSync(page, 'utf8')
  const [, program] = /^## From a program$[\s\S]*?^```ts\n([\s\S]*?)^```$/m.exec(text) ?? []
  expect(program).toContain('/opt/app')
  return [
    `import { FrozenApp, SignedRepository } from ${JSON.stringify(library)}`,
    `const url = ${JSON.stringify(url)}`,
    program?.replaceAll('/opt/app', app),
  ].join('\n')
}

test('the program of the docs updates an application', { timeout: 60_000 }, async () => {
  const work = mkdtempSync(join(tmpdir(), 'halite-docs-'))
  const app = join(work, 'app')
  const { url, server } = await serve((path, response) => {
    const file = join(work, 'repo', path)
    if (existsSync(file)) response.end(readFileSync(file))
    else response.writeHead(404).end()
  })
  try {
    placeRelease(app, { version: '1.0' })
    writeFileSync(join(app, 'current'), `${nameOf('1.0')}\n`)
    const keys = new KeyDirectory(join(work, 'keys'))
    const repository = new Repository({ directory: join(work, 'repo'), keys })
    await repository.init()
    await repository.add(await zipRelease(join(work, 'zips'), { version: '1.1' }))
    await repository.sign()
    await repository.publish()
    mkdirSync(join(app, 'trust'))
    copyFileSync(join(work, 'repo/metadata/1.root.json'), join(app, 'trust/root.json'))

    writeFileSync(join(work, 'program.mjs'), programOf(app, url))
    const { retcode, stderr } = await run([process.execPath, join(work, 'program.mjs')])
    expect(stderr.toString()).toBe('')
    expect(retcode).toBe(0)
    expect(readFileSync(join(app, 'current'), 'utf8')).toBe(`${nameOf('1.1')}\n`)
    expect(readTrial(new Layout(app))).toMatchObject({ version: nameOf('1.1'), judge: nameOf('1.0') })
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(work, { recursive: true })
  }
})
