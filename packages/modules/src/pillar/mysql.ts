// SPDX-License-Identifier: Apache-2.0
import { definePillar } from '@halite/loader'
import { mysqlQuery } from './parts/mysql-query.ts'
import { sqlQueries, withMinion } from './parts/sql-queries.ts'
import { sqlServerOf } from './parts/sql-server.ts'
import { SqlTree } from './parts/sql-tree.ts'

/** Rows of a MySQL or MariaDB server. */
export default definePillar({
  name: 'mysql',
  doc: 'Rows of a MySQL or MariaDB server: ``- mysql: {fromdb: {query: "SELECT name, value FROM pillar WHERE minion = %s"}}``, or a list of queries. ``%s`` is the id of the minion. Columns are keys, one below the other, and the last is the value; ``depth`` of them, with the names of the others as keys below them; ``as_list``, ``with_lists``, ``ignore_null`` and ``as_json`` as in Salt. The option ``mysql`` names the server; the master needs the program ``mariadb`` or ``mysql``.',
  async compile(ctx, config) {
    const server = sqlServerOf(ctx, 'mysql', 3306)
    const tree = new SqlTree()
    for (const query of sqlQueries(config)) {
      tree.add(query, await mysqlQuery(ctx, server, withMinion(query.query, ctx.id)))
    }
    return tree.data
  },
})
