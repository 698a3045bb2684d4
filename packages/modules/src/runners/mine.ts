// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, keywordMap, masterFn } from '@halite/loader'

const tgt = arg.string('The target.')
const tgtType = arg.string('How it is to be read.').default('glob')
/** Minions work before they return. */
const waitSeconds = 60

/** `mine`: what minions have left with the master. */
export default defineModule({
  name: 'mine',
  doc: 'Reads what minions have left with the master, and has them leave it again.',
  functions: {
    get: masterFn({
      doc: 'Return what the minions that a target selects have left under a name: by id, or of several names with commas between by name and id. Whoever runs it may read all.',
      examples: ["salt-run mine.get '*' network.interfaces"],
      args: { tgt, fun: arg.string('The name.'), tgt_type: tgtType },
      run: (ctx, { tgt, fun, tgt_type }) => ctx.mine.get({ tgt, fun, tgt_type }),
    }),
    update: masterFn({
      doc: 'Have minions run ``mine.update``. Returns what each says, by id.',
      examples: ["salt-run mine.update '*'", "salt-run mine.update 'juniper-edges' tgt_type='nodegroup'"],
      args: {
        tgt,
        tgt_type: tgtType,
        clear: arg.boolean('Remove what is there under other names.').default(false),
        mine_functions: arg.any('Only these functions.').optional(),
      },
      run: (ctx, { tgt, tgt_type, clear, mine_functions }) => {
        const words = { clear, ...(mine_functions === undefined ? {} : { mine_functions }) }
        return ctx.ask({ fun: 'mine.update', arg: [keywordMap(words)], tgt, tgt_type, timeout: waitSeconds })
      },
    }),
  },
})
