// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { type TargetType, targetTypes } from '@halite/targeting'
import { filterBy, searchBy, withMerged } from './match/choose.ts'
import { matches, matchesData, selects } from './match/select.ts'
import { checkKeywords } from './parts/keywords.ts'

const tgt = arg.string('The target expression.')

const delimiter = arg.string('Between key and value, and between the levels of a key.').default(':')

const minionId = arg
  .string('Match this id in place of the own one; grains and pillar stay the own ones.')
  .optional()

/** Those that are functions here, as in Salt. */
const chosenTypes = [
  ...targetTypes.filter((type) => type !== 'pillar_exact' && type !== 'nodegroup'),
  'data' as const,
]

const tgtType = arg.choice('How the expressions are to be read.', chosenTypes).default('compound')

/** `match`: whether targets select this minion. */
export default defineModule({
  name: 'match',
  doc: 'Says whether target expressions select this minion. One that cannot be read selects nobody and is logged.',
  functions: {
    compound: byId('compound', 'a compound expression', "'L@cheese,foo and *'"),
    glob: byId('glob', 'a shell pattern on the id', "'*'"),
    pcre: byId('pcre', 'a regular expression on the id', "'.*'"),
    list: byId('list', 'a list of ids with commas between', "'server1,server2'"),
    grain: byData('grain', 'a grain and a shell pattern', "'os:Ubuntu'"),
    grain_pcre: byData('grain_pcre', 'a grain and a regular expression', "'os:Fedo.*'"),
    pillar: byData('pillar', 'a key of the pillar and a shell pattern', "'cheese:foo'"),
    pillar_pcre: byData(
      'pillar_pcre',
      'a key of the pillar and a regular expression',
      "'cheese:(swiss|american)'",
    ),
    ipcidr: fn({
      doc: 'Return whether the minion has an address in a network.',
      examples: ["salt '*' match.ipcidr 192.168.44.0/24"],
      args: { tgt: arg.string('An address, or a network in CIDR notation.') },
      inline: true,
      reads: ['grains', 'pillar'],
      run: (ctx, args) => matches(ctx, { tgt: args.tgt, type: 'ipcidr' }),
    }),
    data: fn({
      doc: 'Return whether a value of the data store of the minion (``data.getval``) matches a shell pattern.',
      examples: ["salt '*' match.data spam:eggs"],
      args: { tgt: arg.string('Key and shell pattern with a colon between.') },
      inline: true,
      reads: ['grains', 'pillar'],
      run: (ctx, args) => matchesData(ctx, args.tgt),
    }),
    filter_by: fn({
      doc: 'Return the value of the first target that selects this minion, else that of the key ``default``.',
      examples: ["salt '*' match.filter_by '{foo*: Foo!, bar*: Bar!}' minion_id=bar03"],
      args: {
        lookup: arg.map('Values by target expression.'),
        tgt_type: tgtType,
        minion_id: minionId,
        merge: arg.any('A map that wins over the value selected.').optional(),
        merge_lists: arg.boolean('Join lists that both have.').default(false),
        default: arg.string('The key whose value is returned when none selects.').default('default'),
      },
      inline: true,
      reads: ['grains', 'pillar'],
      run: filterBy,
    }),
    search_by: fn({
      doc: 'Return the keys that have a target which selects this minion, or None.',
      examples: ["salt '*' match.search_by '{web: [node1, node2], db: [node2, node]}'"],
      args: {
        lookup: arg.map('Lists of target expressions by key.'),
        tgt_type: tgtType,
        minion_id: minionId,
      },
      inline: true,
      reads: ['grains', 'pillar'],
      run: searchBy,
    }),
    ifelse: fn({
      doc: 'Return the value behind the first target that selects this minion; the last value is for when none does.',
      examples: ["salt '*' match.ifelse 'foo*' 'Foo!' 'bar*' 'Bar!' 'neither' minion_id=bar03"],
      args: {
        args: arg.rest(
          'Targets, or true and false, each followed by its value; then the value for all others.',
        ),
        kwargs: arg.keywords(
          '``tgt_type``, ``minion_id``, ``merge`` and ``merge_lists`` as for ``match.filter_by``.',
        ),
      },
      inline: true,
      reads: ['grains', 'pillar'],
      run: (ctx, { args, kwargs }) => ifElse(ctx, args, kwargs),
    }),
  },
})

/** A function for a type of target that looks at the id. */
function byId(type: TargetType, what: string, example: string) {
  return fn({
    doc: `Return whether ${what} selects this minion.`,
    examples: [`salt '*' match.${type} ${example}`],
    args: { tgt, minion_id: minionId },
    inline: true,
    reads: ['grains', 'pillar'],
    run: (ctx, { tgt: expression, minion_id }) => matches(ctx, { tgt: expression, type, id: minion_id }),
  })
}

/** A function for a type of target that looks at a key of the grains or the pillar. */
function byData(type: TargetType, what: string, example: string) {
  return fn({
    doc: `Return whether ${what} select this minion.`,
    examples: [`salt '*' match.${type} ${example}`],
    args: { tgt, delimiter },
    inline: true,
    reads: ['grains', 'pillar'],
    run: (ctx, args) => matches(ctx, { tgt: args.tgt, type, delimiter: args.delimiter }),
  })
}

async function ifElse(
  ctx: ExecContext,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  if (args.length % 2 === 0) {
    throw new SaltError('COMMAND_FAILED', 'The ifelse function must have an odd number of arguments!')
  }
  const { tgt_type, minion_id, merge, merge_lists, ...others } = kwargs
  checkKeywords('match.ifelse', others)
  const values = {
    tgt_type: tgtType.parse(tgt_type ?? null),
    minion_id: minionId.parse(minion_id ?? null),
    merge,
    merge_lists: isTruthy(merge_lists ?? null),
    lookup: {},
    default: '',
  }
  for (let at = 0; at + 1 < args.length; at += 2) {
    const target = args[at]
    const isChosen = typeof target === 'boolean' ? target : await selects(ctx, pythonStr(target), values)
    if (isChosen) return withMerged(args[at + 1], values)
  }
  return args.at(-1)
}
