// SPDX-License-Identifier: Apache-2.0
import { restartOptions } from '@halite/core'
import { expect, it } from 'vitest'
import { fileBackends } from '../../src/options/file-backends.ts'

it('what takes a restart is marked in the option table, for each daemon', () => {
  expect([...restartOptions('minion')].sort()).toEqual(
    'cachedir id ipv6 log_file master master_port pidfile pki_dir process_count_max root_dir sock_dir user'.split(
      ' ',
    ),
  )
  const backends: readonly string[] = Object.values(fileBackends).flatMap(Object.keys)
  expect([...restartOptions('master')].filter((name) => !backends.includes(name)).sort()).toEqual(
    (
      'cachedir interface ipv6 log_file pidfile pillar_roots pki_dir pub_hwm publish_port publish_session ret_port ' +
      'root_dir sock_dir user zmq_backlog'
    ).split(' '),
  )
})
