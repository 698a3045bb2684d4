// SPDX-License-Identifier: Apache-2.0
import { equal, pythonStr } from '@halite/core'
import { arg, type ExecContext, type Failed, failed, fn } from '@halite/loader'
import { lookUp } from '../parts/look-up.ts'
import { configuredNotice } from './configured.ts'
import { type Path, withValueAt } from './nested.ts'
import { type Setting, settle } from './set.ts'
import { type Change, changeStaticGrains, type Grains, refreshAfterChange } from './static-file.ts'

const key = arg.string('The grain, or a path of keys to a value inside it.')
const delimiter = arg.string('What separates the keys of a path.').default(':')
const force = arg.boolean('Replace lists and maps as well.').default(false)
const destructive = arg.boolean('Remove a key whose value is None.').default(false)
const refreshPillar = arg.boolean('Let the minion ask for its pillar again.').default(true)

/** The functions of `grains` that write static grains. */
export const changeFunctions = {
  setvals: fn({
    doc: 'Set static grains and return what was set. They are written to the file ``grains`` beside the configuration, and told to the master.',
    examples: [`salt '*' grains.setvals "{'key1': 'val1', 'key2': 'val2'}"`],
    args: { grains: arg.map('Values by name.'), destructive, refresh_pillar: refreshPillar },
    reads: ['grains'],
    run: (ctx, { grains, destructive: removes, refresh_pillar }) =>
      write(ctx, () => ({ set: grains, destructive: removes }), refresh_pillar),
  }),
  setval: fn({
    doc: 'Set a static grain and return what was set.',
    examples: [
      "salt '*' grains.setval roles '[web, db]'",
      "salt '*' grains.setval key \"{'sub-key': 'val'}\"",
    ],
    args: {
      key: arg.string('The grain; a colon in it is part of its name.'),
      val: arg.any('Its value.'),
      destructive,
      refresh_pillar: refreshPillar,
    },
    reads: ['grains'],
    run: (ctx, { key: name, val, destructive: removes, refresh_pillar }) =>
      write(ctx, () => ({ set: { [name]: val }, destructive: removes }), refresh_pillar),
  }),
  set: fn({
    doc: 'Set a value inside a grain. Only with ``force`` a list or map is replaced, or put in the place of a value. Returns a map of ``comment``, ``changes`` and ``result``.',
    examples: ["salt '*' grains.set apps:myApp:port 2209", "salt '*' grains.set apps:myApp '{port: 2209}'"],
    args: { key, val: arg.any('The value.').default(''), force, destructive, delimiter },
    reads: ['grains'],
    run: setValue,
  }),
  append: fn({
    doc: 'Add a value, or each of a list of them, to a grain that is a list. A grain that does not exist is made.',
    examples: ["salt '*' grains.append roles web"],
    args: {
      key,
      val: arg.any('What to add.'),
      convert: arg.boolean('Make a list of a grain that is not one.').default(false),
      delimiter,
    },
    reads: ['grains'],
    run: (ctx, args) => write(ctx, (grains) => appended(grains, args)),
  }),
  remove: fn({
    doc: 'Take a value out of a grain that is a list.',
    examples: ["salt '*' grains.remove roles web"],
    args: { key, val: arg.any('What to take out.'), delimiter },
    reads: ['grains'],
    run: (ctx, args) => write(ctx, (grains) => removed(grains, args)),
  }),
  delkey: fn({
    doc: 'Remove a grain, or a key inside one. Returns what ``grains.set`` returns.',
    examples: ["salt '*' grains.delkey roles"],
    args: { key, force },
    reads: ['grains'],
    run: (ctx, args) => setValue(ctx, { ...args, val: null, destructive: true, delimiter: ':' }),
  }),
  delval: fn({
    doc: 'Set a grain to None, or remove it. Returns what ``grains.set`` returns.',
    examples: ["salt '*' grains.delval roles"],
    args: { key, destructive, force },
    reads: ['grains'],
    run: (ctx, args) => setValue(ctx, { ...args, val: null, delimiter: ':' }),
  }),
}

/** What `grains.set` returns. */
export interface SetReport {
  readonly comment: string
  readonly changes: Grains
  readonly result: boolean
}

async function setValue(ctx: ExecContext, setting: Setting): Promise<SetReport> {
  let report: SetReport = { comment: '', changes: {}, result: true }
  const changes = await write(ctx, (grains) => {
    const settled = settle(grains, setting)
    if ('name' in settled) return { set: { [settled.name]: settled.value }, destructive: setting.destructive }
    report = { ...report, ...settled }
    return report
  })
  if (changes === report) return report
  const set = changes as Grains
  return { ...report, comment: configuredNotice(ctx, Object.keys(set)), changes: set }
}

/** Changes the file and, when it did, lets the daemon see it. */
async function write<T>(
  ctx: ExecContext,
  decide: (grains: Grains) => Change | T,
  pillarToo = true,
): Promise<Grains | Exclude<T, Change>> {
  let changes = false
  const result = await changeStaticGrains(ctx, (grains) => {
    const decided = decide(grains)
    changes = typeof decided === 'object' && decided !== null && 'set' in decided
    return decided
  })
  const notice = changes ? configuredNotice(ctx, Object.keys(result as Grains)) : ''
  if (notice !== '') ctx.log.warning(notice)
  if (changes) await refreshAfterChange(ctx, pillarToo)
  return result
}

interface ListChange extends Path {
  readonly val: unknown
}

function appended(
  grains: Grains,
  { key: name, val, convert, delimiter: separator }: ListChange & { readonly convert: boolean },
): Change | string | Failed {
  const found = lookUp(grains, name.split(separator), [])
  const list = convert && !Array.isArray(found) ? (found === null ? [] : [found]) : found
  if (!Array.isArray(list)) return noList(name)
  if (list.some((item) => equal(item, val))) {
    return `The val ${pythonStr(val)} was already in the list ${name}`
  }
  const longer = [...list, ...(Array.isArray(val) ? val : [val])]
  return changeAt(grains, { key: name, delimiter: separator }, longer)
}

function removed(
  grains: Grains,
  { key: name, val, delimiter: separator }: ListChange,
): Change | string | Failed {
  const list = lookUp(grains, name.split(separator), [])
  if (!Array.isArray(list)) return noList(name)
  const index = list.findIndex((item) => equal(item, val))
  if (index === -1) return `The val ${pythonStr(val)} was not in the list ${name}`
  return changeAt(grains, { key: name, delimiter: separator }, list.toSpliced(index, 1))
}

function noList(name: string): Failed {
  return failed(`The key ${name} is not a valid list`, 1)
}

function changeAt(grains: Grains, path: Path, value: unknown): Change {
  const top = withValueAt(grains, path, value)
  return { set: { [top.name]: top.value }, destructive: false }
}
