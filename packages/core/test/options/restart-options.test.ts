// SPDX-License-Identifier: Apache-2.0
import { restartOptions } from '@halite/core'
import { expect, it } from 'vitest'
import { databases } from '../../src/options/groups/databases.ts'
import { fileBackends } from '../../src/options/groups/file-backends.ts'
import { gitPillar } from '../../src/options/groups/git-pillar.ts'

it('what takes a restart is marked in the option table, for each daemon', () => {
  const backends: readonly string[] = Object.values({ ...fileBackends, ...gitPillar, ...databases }).flatMap(
    Object.keys,
  )
  expect([...restartOptions('minion')].filter((name) => !backends.includes(name)).sort()).toEqual(
    'cachedir id ipv6 log_file master master_port pidfile pki_dir process_count_max root_dir sock_dir user'.split(
      ' ',
    ),
  )
  expect([...restartOptions('master')].filter((name) => !backends.includes(name)).sort()).toEqual(
    (
      'cachedir decrypt_pillar decrypt_pillar_default decrypt_pillar_delimiter decrypt_pillar_renderers ' +
      'enforce_mine_cache exclude_ext_pillar ext_pillar ext_pillar_first interface ipv6 log_file master_tops mine_get ' +
      'mine_max_bytes on_demand_ext_pillar pidfile pillar_cache pillar_cache_backend pillar_cache_ttl ' +
      'pillar_includes_override_sls pillar_merge_lists pillar_opts pillar_roots pillar_safe_render_error ' +
      'pillar_source_merging_strategy pillar_workers pillarenv pillarenv_from_saltenv pki_dir pub_hwm publish_port ' +
      'publish_session ret_port root_dir sock_dir user zmq_backlog'
    ).split(' '),
  )
})
