// SPDX-License-Identifier: Apache-2.0
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distrustOf } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const stranger = 65534
let root: string

beforeEach((ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows has no owners and modes of this kind')
  root = mkdtempSync(join(tmpdir(), 'trust-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function directory(path: string, mode = 0o755): string {
  const made = join(root, path)
  mkdirSync(made, { recursive: true })
  chmodSync(made, mode)
  return made
}

describe('a directory of our own', () => {
  test('is trusted, and so is what does not exist in it', () => {
    expect(distrustOf(directory('a/b'))).toBeUndefined()
    expect(distrustOf(join(root, 'a/none/at/all'))).toBeUndefined()
  })

  test.each([0o777, 0o1777, 0o757])('that everybody may write (%o) is not', (mode) => {
    const made = directory('open', mode)
    expect(distrustOf(made)).toMatchObject({ path: made, why: expect.stringContaining('everybody') })
  })

  test('below one that everybody may write is not, unless that is sticky', () => {
    const parent = directory('open', 0o777)
    const made = directory('open/ours')
    expect(distrustOf(made)).toMatchObject({ path: parent, isLast: false })
    chmodSync(parent, 0o1777)
    expect(distrustOf(made)).toBeUndefined()
    expect(distrustOf(parent, { allowSticky: true })).toBeUndefined()
  })

  test('is judged by where links lead', () => {
    const open = directory('open', 0o777)
    symlinkSync('open', join(root, 'link'))
    symlinkSync(join(root, 'link'), join(root, 'second'))
    expect(distrustOf(join(root, 'second'))).toMatchObject({ path: open })
    symlinkSync('loop', join(root, 'loop'))
    expect(distrustOf(join(root, 'loop'))?.why).toContain('too many symbolic links')
  })
})

describe('what belongs to somebody else', () => {
  beforeEach((ctx) => ctx.skip(process.getuid?.() !== 0, 'only root can give a directory away'))

  test('is named with its owner; its own name is safe, that of what lies below is not', () => {
    const theirs = directory('theirs')
    const below = directory('theirs/below')
    chownSync(theirs, stranger, stranger)
    expect(distrustOf(theirs)).toEqual({ path: theirs, why: `belongs to user ${stranger}`, isLast: true })
    expect(distrustOf(below)).toEqual({ path: theirs, why: `belongs to user ${stranger}`, isLast: false })
  })

  test('in a sticky directory can be exchanged by its owner', () => {
    directory('tmp', 0o1777)
    const theirs = directory('tmp/theirs')
    chownSync(theirs, stranger, stranger)
    expect(distrustOf(theirs)).toMatchObject({ isLast: false })
  })

  test('is not trusted as a link, wherever it leads', () => {
    directory('tmp', 0o1777)
    const link = join(root, 'tmp', 'link')
    symlinkSync(directory('ours'), link)
    lchownSync(link, stranger, stranger)
    expect(distrustOf(link)).toMatchObject({ path: link, why: `belongs to user ${stranger}` })
  })

  test('as a group counts when that group may write', () => {
    const shared = directory('shared', 0o775)
    expect(distrustOf(shared)).toBeUndefined()
    chownSync(shared, 0, stranger)
    expect(distrustOf(shared)?.why).toBe(`can be written by group ${stranger} (mode 0775)`)
    expect(distrustOf(shared, { allowGroup: true })).toBeUndefined()
  })
})
