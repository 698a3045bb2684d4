// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr } from '@halite/core'
import { arg, defineModule, fn } from '@halite/loader'
import { changeFunctions } from './grains/change.ts'
import { filterArguments, filterBy } from './parts/filter-by.ts'
import { lookUp } from './parts/look-up.ts'

const delimiter = arg.string('What separates the keys of a path.').default(':')
const sanitize = arg.boolean('Hide what identifies the machine: names and serial number.').default(false)

const get = fn({
  doc: 'Return the value at a path of keys, such as ``pkg:apache``; a number picks from a list.',
  examples: ["salt '*' grains.get pkg:apache", "salt '*' grains.get abc::def|ghi delimiter='|'"],
  args: {
    key: arg.string('The path.'),
    default: arg.any('What to return when nothing is there.').default(''),
    delimiter,
    ordered: arg.boolean('Kept for old calls: maps keep their order in any case.').default(true),
  },
  inline: true,
  reads: ['grains'],
  run: ({ grains }, args) => lookUp(grains, args.key.split(args.delimiter), args.default),
})

/** `grains`: the facts that a minion knows of itself. */
export default defineModule({
  name: 'grains',
  doc: 'Returns grains, the facts that a minion knows of itself, and writes the static ones.',
  functions: {
    get,
    fetch: fn({ ...get, examples: ["salt '*' grains.fetch pkg:apache"] }),
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
      reads: ['grains'],
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
      reads: ['grains'],
      run: ({ grains }, args) => (args.sanitize ? sanitized(grains) : grains),
    }),
    ls: fn({
      doc: 'Return the names of all grains, sorted.',
      examples: ["salt '*' grains.ls"],
      inline: true,
      reads: ['grains'],
      run: ({ grains }) => Object.keys(grains).sort(),
    }),
    has_value: fn({
      doc: 'Return whether the value at a path is there and not empty, zero or false.',
      examples: ["salt '*' grains.has_value pkg:apache"],
      args: { key: arg.string('The path, its keys separated by colons.') },
      inline: true,
      reads: ['grains'],
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
      reads: ['grains'],
      run: ({ grains }, { key, value }) => pythonStr(value) === pythonStr(lookUp(grains, key.split(':'), '')),
    }),
    filter_by: fn({
      doc: 'Return the value of the first key that matches a grain, as a glob; a grain that is a list is tried item by item.',
      examples: [
        "salt '*' grains.filter_by '{Debian: Debheads rule, RedHat: I love my hat}'",
        "salt '*' grains.filter_by '{A: B, C: {D: {E: F, G: H}}}' xxx '{D: {E: I}, J: K}' C",
      ],
      args: {
        lookup_dict: arg.map('Values by glob.'),
        grain: arg.string('The grain, or a path of keys to a value inside it.').default('os_family'),
        ...filterArguments,
      },
      inline: true,
      reads: ['grains'],
      run: ({ grains }, { grain, ...filter }) => filterBy(grains, { ...filter, key: grain }),
    }),
    ...changeFunctions,
  },
})

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
