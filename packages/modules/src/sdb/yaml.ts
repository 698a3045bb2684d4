// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap, isTruthy, parseYaml, pythonStr, SaltError, valueAt } from '@halite/core'
import { defineSdb, type ExecContext } from '@halite/loader'
import { gpg } from '@halite/rendering/renderers'
import { lookUp } from '../execution/parts/look-up.ts'
import { mergeBy } from '../execution/slsutil/merge.ts'

/** The driver `yaml`. */
export default defineSdb({
  name: 'yaml',
  doc: 'YAML files that are edited by hand: ``files``, merged in order as ``merge`` (``strategy``, ``merge_lists``) says; with ``gpg: True`` decrypted.',
  get: async (ctx, key, profile) => {
    const data = await readFiles(ctx, profile)
    const plain = isTruthy(valueAt(profile, 'gpg') ?? false) ? await decrypted(ctx, data) : data
    return lookUp(plain, key.split(':'), null)
  },
})

async function readFiles(ctx: ExecContext, profile: DataMap): Promise<DataMap> {
  const files = valueAt(profile, 'files')
  if (!Array.isArray(files)) {
    throw new SaltError('CONFIG_INVALID', 'the sdb profile has no list of files', {
      hint: 'Write `files:` with the paths of YAML files below it.',
    })
  }
  const merge = valueAt(profile, 'merge')
  const choice = isMap(merge) ? merge : {}
  const merging = {
    strategy: pythonStr(valueAt(choice, 'strategy') ?? 'smart'),
    renderer: 'yaml',
    merge_lists: isTruthy(valueAt(choice, 'merge_lists') ?? false),
  }
  let data: DataMap = {}
  for (const path of files.map(pythonStr)) {
    const text = await ctx.fs.readTextIfThere(path)
    if (text === undefined) ctx.log.error(`File '${path}' not found`)
    else data = mergeBy(ctx, [data, parseYaml(text, path) ?? {}], merging)
  }
  return data
}

function decrypted(ctx: ExecContext, data: DataMap): unknown {
  return gpg.render(data, {
    ...{ name: 'sdb', saltenv: 'base', sls: '', argument: '', context: {} },
    ...{ options: ctx.options, run: ctx.run, ctx, signal: ctx.signal },
    template: async (text) => text,
    keysAt: () => undefined,
  })
}
