// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { importsOf } from './imports.ts'
import { type Node, packageSources, place, type Source, walk } from './sources.ts'

/** Modules that reach the machine past their context, so that no case file can put another in its place; each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'packages/modules/src/grains/':
    'files of the kernel, read at once: all grains together must take a few milliseconds',
  'packages/modules/src/execution/grains/static-file.ts':
    'the file of static grains is written under a lock that processes share',
  'packages/modules/src/execution/cmd/code-file.ts':
    'code is given to another user by descriptor, in a directory that nobody can exchange',
  'packages/modules/src/execution/cmd/tty.ts': 'a device, opened so that it cannot hold up',
  'packages/modules/src/runners/update/rollout-files.ts':
    'where a roll-out stands is a file of the master, which has no ctx.fs; it is flushed to the disk before it counts',
  'packages/modules/src/outputters/': 'outputters run in the tool that prints',
}

/** What of core reaches the machine; in a module the context does it. */
const powers = ['findProgram', 'run', 'startBackground', 'startDetached', 'startNodeChild']

const modules = packageSources('modules')
const covered = modules.filter(
  ({ path }) => !Object.keys(exceptions).some((prefix) => path.startsWith(prefix)),
)

test('modules reach files and programs through their context', () => {
  expectNone(
    'Use ctx.fs, ctx.run and ctx.which, or give a reason in the list',
    covered.flatMap(pastTheContext),
  )
})

test('modules ask their context for the platform', () => {
  expectNone('Use ctx.platform', covered.flatMap(platforms))
})

test('no exception outlives what it is for', () => {
  const idle = Object.keys(exceptions).filter((prefix) =>
    modules
      .filter(({ path }) => path.startsWith(prefix))
      .every((source) => pastTheContext(source).length + platforms(source).length === 0),
  )
  expectNone(
    'Nothing here goes past the context',
    idle.filter((prefix) => !prefix.includes('outputters')),
  )
})

test('the rule sees what it looks for', () => {
  expect(modules.flatMap(pastTheContext)).not.toEqual([])
  expect(modules.flatMap(platforms)).not.toEqual([])
})

function pastTheContext(source: Source): string[] {
  return importsOf(source).flatMap(({ specifier, names, kind, at }) => {
    if (kind === 'type') return []
    if (/^node:(?:fs|child_process)/.test(specifier)) return [`${at}: ${specifier}`]
    const taken = specifier.startsWith('@halite/core') ? names.filter((name) => powers.includes(name)) : []
    return taken.map((name) => `${at}: ${name}`)
  })
}

function platforms(source: Source): string[] {
  const found: string[] = []
  walk(source.program, (node: Node) => {
    const isPlatform =
      node.type === 'MemberExpression' && node.object.name === 'process' && node.property.name === 'platform'
    if (isPlatform) found.push(place(source, node.start))
  })
  return found
}
