// SPDX-License-Identifier: Apache-2.0
import { mergeStrategies } from '../../values/strategy-names.ts'
import { atRestart, row } from '../row.ts'
import { boolean, choice, count, either, list, map, text, textList, textListMap } from '../value-types.ts'

/** How pillar is compiled: by the master, and by a minion without one. */
export const pillar = {
  Pillar: {
    pillar_roots: atRestart(
      row(
        textListMap,
        { base: ['<srv>/pillar', '<srv>/spm/pillar'] },
        'Directories of pillar sls files, by environment. `__env__` applies to every environment that is not listed; in its directories `__env__` is replaced by the name of the environment.',
      ),
      'master',
    ),
    pillarenv: atRestart(
      row(text, '', 'The only environment that pillar is compiled from. Empty: all environments.'),
      'master',
    ),
    pillarenv_from_saltenv: atRestart(
      row(boolean, false, 'If `pillarenv` is not set, compile pillar from the environment `saltenv`.'),
      'master',
    ),
    pillar_source_merging_strategy: atRestart(
      row(
        choice(...mergeStrategies),
        'smart',
        'How the data of several pillar files and external pillars is merged: `smart` and `recurse` merge maps recursively, `overwrite` and `aggregate` let the later value of a top-level key replace the earlier one, `list` collects both in a list, `none` reads a single environment.',
      ),
      'master',
    ),
    pillar_merge_lists: atRestart(
      row(
        boolean,
        false,
        'Concatenate lists that several pillar files define under the same key; otherwise the last one wins.',
      ),
      'master',
    ),
    pillar_includes_override_sls: atRestart(
      row(
        boolean,
        false,
        'Values of included files override those of the pillar file that includes them; otherwise the including file wins.',
      ),
      'master',
    ),
    pillar_opts: atRestart(
      row(
        boolean,
        false,
        'Add the options of the master to the pillar of every minion, under the key `master`. They may contain secrets.',
      ),
      'master',
    ),
  },
  'External pillars': {
    ext_pillar: atRestart(
      row(list, [], 'External pillars in the order they are evaluated: maps of a name to its settings.'),
      'master',
    ),
    ext_pillar_first: atRestart(
      row(
        boolean,
        false,
        'Evaluate the external pillars before the pillar files, which can then use that data and override it.',
      ),
      'master',
    ),
    exclude_ext_pillar: atRestart(
      row(
        textList,
        [],
        'External pillars to skip, for example on a masterless minion that shares its configuration with others.',
      ),
      'master',
    ),
    on_demand_ext_pillar: atRestart(
      row(
        textList,
        ['libvirt', 'virtkey'],
        'External pillars that a minion may request with its own settings (`pillar.ext`). The code of these receives untrusted input from minions.',
      ),
      'master',
    ),
  },
  'Encrypted pillar': {
    decrypt_pillar: atRestart(
      row(either(list, map), [], 'Pillar keys to decrypt: paths, or maps of a path to the renderer to use.'),
      'master',
    ),
    decrypt_pillar_delimiter: atRestart(row(text, ':', 'Separator of the keys in these paths.'), 'master'),
    decrypt_pillar_default: atRestart(
      row(text, 'gpg', 'Renderer for paths of `decrypt_pillar` that do not name one.'),
      'master',
    ),
    decrypt_pillar_renderers: atRestart(
      row(textList, ['gpg'], 'Renderers that `decrypt_pillar` may use.'),
      'master',
    ),
  },
}

/** What the master keeps and discloses of pillar. */
export const pillarOfMaster = {
  'Pillar on the master': {
    pillar_workers: atRestart(
      row(
        count('threads'),
        0,
        'Threads that compile pillar. 0: as many as the machine has processors, but at least two and at most four. Not an option of Salt.',
      ),
    ),
    pillar_safe_render_error: atRestart(
      row(
        boolean,
        true,
        'Report only the location of a pillar error to the minion; the text goes to the log of the master.',
      ),
    ),
    pillar_cache: atRestart(
      row(
        boolean,
        false,
        'Cache compiled pillars and serve them without any check until `pillar_cache_ttl` expires or they are cleared. Without it, cached results are validated against files and grains at each request, and external pillars are evaluated each time.',
      ),
    ),
    pillar_cache_ttl: atRestart(row(count('seconds'), 3600, 'How long `pillar_cache` keeps a pillar.')),
    pillar_cache_backend: atRestart(
      row(
        choice('disk', 'memory'),
        'disk',
        'Where `pillar_cache` keeps pillars. On disk they are not encrypted, and persist across restarts of the master.',
      ),
    ),
  },
}

/** How modules of the minion read pillar. */
export const pillarOfMinion = {
  'Pillar on the minion': {
    pillar_raise_on_missing: row(
      boolean,
      false,
      'Make `pillar.get` fail if the key does not exist and no default is given.',
    ),
  },
}
