// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { arg, defineModule, fn, isTruthy } from '@halite/loader'

const delimiter = arg.string('What separates the keys of a path.').default(':')
const sanitize = arg.boolean('Hide what identifies the machine: names and serial number.').default(false)

/** `grains`: the facts that a minion knows of itself. */
export default defineModule({
  name: 'grains',
  doc: 'Returns grains: the facts that a minion knows of itself.',
  functions: {
    get: fn({
      doc: 'Return the value at a path of keys, such as ``pkg:apache``; a number picks from a list.',
      examples: ["salt '*' grains.get pkg:apache", "salt '*' grains.get abc::def|ghi delimiter='|'"],
      args: {
        key: arg.string('The path.'),
        default: arg.any('What to return when nothing is there.').default(''),
        delimiter,
        ordered: arg.boolean('Kept for old calls: maps keep their order in any case.').default(true),
      },
      inline: true,
      run: ({ grains }, args) => lookUp(grains, args.key.split(args.delimiter), args.default),
    }),
    item: fn({
      doc: 'Return several values by their paths; what is not there is an empty text.',
      examples: ["salt '*' grains.item os osrelease oscodename", "salt '*' grains.item host sanitize=True"],
      args: {
        args: arg.rest('The paths.', arg.string('A path.')),
        kwargs: arg.keywords(
          '``default``, ``delimiter`` and ``sanitize``, as for ``grains.get`` and ``grains.items``.',
        ),
      },
      inline: true,
      run: ({ grains }, { args, kwargs }) => {
        const { default: fallback = '', delimiter: separator, sanitize: hide } = kwargs
        const path = delimiter.parse(separator ?? null)
        const values = args.map((key) => [key, lookUp(grains, key.split(path), fallback)] as const)
        return sanitize.parse(hide ?? null)
          ? sanitized(Object.fromEntries(values))
          : Object.fromEntries(values)
      },
    }),
    items: fn({
      doc: 'Return all grains.',
      examples: ["salt '*' grains.items", "salt '*' grains.items sanitize=True"],
      args: { sanitize },
      inline: true,
      run: ({ grains }, args) => (args.sanitize ? sanitized(grains) : grains),
    }),
    ls: fn({
      doc: 'Return the names of all grains, sorted.',
      examples: ["salt '*' grains.ls"],
      inline: true,
      run: ({ grains }) => Object.keys(grains).sort(),
    }),
    has_value: fn({
      doc: 'Return whether the value at a path is there and not empty, zero or false.',
      examples: ["salt '*' grains.has_value pkg:apache"],
      args: { key: arg.string('The path, its keys separated by colons.') },
      inline: true,
      run: ({ grains }, { key }) => isTruthy(lookUp(grains, key.split(':'), false)),
    }),
    equals: fn({
      doc: 'Return whether the value at a path is the one given; both are compared as text.',
      examples: [
        "salt '*' grains.equals fqdn web1.example.com",
        "salt '*' grains.equals systemd:version 219",
      ],
      args: { key: arg.string('The path, its keys separated by colons.'), value: arg.any('The value.') },
      inline: true,
      run: ({ grains }, { key, value }) => pythonStr(value) === pythonStr(lookUp(grains, key.split(':'), '')),
    }),
  },
})

/** Follows keys into maps and lists; `fallback` as soon as one leads nowhere. */
function lookUp(data: unknown, path: readonly string[], fallback: unknown): unknown {
  let at: unknown = data
  for (const key of path) {
    const next = step(at, key)
    if (next === undefined) return fallback
    at = next.value
  }
  return at
}

interface Step {
  readonly value: unknown
}

function step(at: unknown, key: string): Step | undefined {
  if (Array.isArray(at)) return stepIntoList(at, key)
  if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
  return { value: Object.entries(at).find(([name]) => name === key)?.[1] }
}

/** A key that any map in the list has, else a position; negative ones count from the end. */
function stepIntoList(list: readonly unknown[], key: string): Step | undefined {
  for (const element of list) {
    const inner = Array.isArray(element) ? undefined : step(element, key)
    if (inner !== undefined) return inner
  }
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN
  const position = index < 0 ? list.length + index : index
  return position in list ? { value: list[position] } : undefined
}

const sanitizers: Readonly<Record<string, (value: string) => string>> = {
  serialnumber: (value) => value.slice(0, Math.floor(value.length * 0.75)).padEnd(value.length, 'X'),
  domain: () => 'DOMAINNAME',
  fqdn: () => 'MINION.DOMAINNAME',
  host: () => 'MINION',
  id: () => 'MINION',
  localhost: () => 'MINION',
  nodename: () => 'MINION',
}

function sanitized(grains: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(grains).map(([key, value]) => {
      const sanitizer = Object.hasOwn(sanitizers, key) ? sanitizers[key] : undefined
      return [key, sanitizer === undefined ? value : sanitizer(pythonStr(value))]
    }),
  )
}
