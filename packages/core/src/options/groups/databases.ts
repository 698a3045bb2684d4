// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { count, map, port, secret, text } from '../value-types.ts'

/** Database servers of external pillars, on the master and on a masterless minion. */
export const databases = {
  'Databases of external pillars': {
    mysql: atRestart(
      row(
        secret(map),
        {},
        'The server of `ext_pillar: - mysql`: `host` (localhost), `port` (3306), `user`, `pass` and `db` (all three salt), `ssl` with `ca`, `cert` and `key`.',
      ),
      'master',
    ),
    postgres: atRestart(
      row(
        secret(map),
        {},
        'The server of `ext_pillar: - postgres`: `host` (localhost), `port` (5432), `user`, `pass` and `db` (all three salt).',
      ),
      'master',
    ),
    'redis.host': atRestart(row(text, 'salt', 'The server of `ext_pillar: - redis`.'), 'master'),
    'redis.port': atRestart(row(port, 6379, 'Port of that server.'), 'master'),
    'redis.db': atRestart(row(count('number'), 0, 'Number of the database.'), 'master'),
    'redis.password': atRestart(row(secret(text), '', 'Password. Empty: none.'), 'master'),
  },
}
