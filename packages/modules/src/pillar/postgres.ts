// SPDX-License-Identifier: Apache-2.0
import { definePillar } from '@halite/loader'
import { postgresQuery } from './parts/postgres-query.ts'
import { sqlQueries, withMinion } from './parts/sql-queries.ts'
import { sqlServerOf } from './parts/sql-server.ts'
import { SqlTree } from './parts/sql-tree.ts'

/** Rows of a PostgreSQL server. */
export default definePillar({
  name: 'postgres',
  doc: 'Rows of a PostgreSQL server, by the same settings as ``mysql``: ``- postgres: {fromdb: {query: "SELECT data FROM pillar WHERE minion = %s", as_json: True}}``. The option ``postgres`` names the server; the master needs the program ``psql``.',
  async compile(ctx, config) {
    const server = sqlServerOf(ctx, 'postgres', 5432)
    const tree = new SqlTree()
    for (const query of sqlQueries(config)) {
      tree.add(query, await postgresQuery(ctx, server, withMinion(query.query, ctx.id)))
    }
    return tree.data
  },
})
