// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, equal, isMap, loadJson, mapOf, mergeMaps, SaltError } from '@halite/core'
import type { SqlQuery } from './sql-queries.ts'

/** What a query gave: names of columns, and rows of values. */
export interface SqlResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** A map that grows; keys are values of columns. */
class Branch extends Map<unknown, unknown> {}

/** Rows of queries as data, by the rules of Salt: columns are keys, level below level, the last is the value. */
export class SqlTree {
  readonly #root = new Branch()

  /** Adds what a query gave; its `root` replaces what was there. Throws `VALUE_MALFORMED` for JSON that is not a map. */
  add(query: SqlQuery, result: SqlResult): void {
    const { root } = query
    const focus: Branch = root === undefined ? this.#root : new Branch()
    if (root !== undefined) this.#root.set(root, focus)
    if (query.asJson && result.columns.length === 1) addJson(focus, query, result)
    else new Rows(focus, query, result.columns).addAll(result.rows)
  }

  get data(): DataMap {
    return dataOf(this.#root) as DataMap
  }
}

function addJson(focus: Branch, { asList }: SqlQuery, { rows }: SqlResult): void {
  for (const [cell] of rows) {
    const value = typeof cell === 'string' ? loadJson(cell) : cell
    if (!isMap(value)) throw new SaltError('VALUE_MALFORMED', 'a row with as_json is not a map')
    const merged = mergeMaps(mapOf(focus), value, { mergeLists: asList })
    for (const [key, each] of entriesOf(merged)) focus.set(key, each)
  }
}

/** The rows of one query on their way into a branch. */
class Rows {
  readonly #focus: Branch
  readonly #query: SqlQuery
  readonly #columns: readonly string[]
  readonly #depth: number
  /** Keys whose maps become lists at the end, by the branch that they are in. */
  readonly #listed = new Map<Branch, unknown[]>()

  constructor(focus: Branch, query: SqlQuery, columns: readonly string[]) {
    this.#focus = focus
    this.#query = query
    this.#columns = columns
    const last = columns.length - 1
    this.#depth = query.depth === 0 || query.depth > last ? last : query.depth
  }

  addAll(rows: readonly (readonly unknown[])[]): void {
    for (const row of rows) this.#add(row)
    for (const [branch, keys] of [...this.#listed].reverse()) {
      for (const key of keys) {
        const value = branch.get(key)
        if (value instanceof Branch) branch.set(key, [...value.values()])
        else if (Array.isArray(value)) branch.set(key, [value])
      }
    }
  }

  #add(row: readonly unknown[]): void {
    const branch = this.#above(row)
    if (this.#depth === this.#columns.length - 1) this.#addValue(branch, row)
    else this.#addFields(branch, row)
  }

  /** The branch of all keys but the last. */
  #above(row: readonly unknown[]): Branch {
    let branch = this.#focus
    for (let level = 0; level < this.#depth - 1; level++) {
      if (this.#isListed(level)) this.#list(branch, row[level])
      branch = this.#below(branch, row[level])
    }
    return branch
  }

  #below(branch: Branch, key: unknown): Branch {
    const there = branch.get(key)
    if (there instanceof Branch) return there
    const fresh = new Branch()
    if (Array.isArray(there)) there.push(fresh)
    else branch.set(key, branch.has(key) && this.#query.asList ? [there, fresh] : fresh)
    return fresh
  }

  /** The last column is the value, the one before it the key. */
  #addValue(branch: Branch, row: readonly unknown[]): void {
    const at = this.#columns.length - 2
    const [key, value] = [row.at(at), row.at(-1)]
    if (this.#isListed(at) || (this.#query.asList && branch.has(key))) {
      const there = branch.get(key)
      if (Array.isArray(there)) there.push(value)
      else branch.set(key, branch.has(key) ? [there, value] : [value])
    } else if (!this.#query.ignoreNull || value !== null) {
      branch.set(key, value)
    }
  }

  /** More than one column is left: their names are keys. */
  #addFields(branch: Branch, row: readonly unknown[]): void {
    const key = row.at(this.#depth - 1)
    if (!branch.has(key)) branch.set(key, new Branch())
    if (this.#query.withLists.includes(this.#depth)) this.#list(branch, key)
    const fields = branch.get(key)
    if (!(fields instanceof Branch)) {
      throw new SaltError('VALUE_MALFORMED', `rows of different depth meet under the key ${String(key)}`)
    }
    for (let index = this.#depth; index < this.#columns.length; index++) {
      const name = this.#columns[index]
      if (this.#isListed(index)) this.#list(fields, name)
      this.#addField(fields, name, row[index])
    }
  }

  #addField(fields: Branch, name: unknown, value: unknown): void {
    const there = fields.get(name)
    if (this.#query.asList && fields.has(name)) {
      if (Array.isArray(there)) there.push(value)
      else fields.set(name, [there, value])
    } else if (!this.#query.ignoreNull || value !== null) {
      fields.set(name, value)
    }
  }

  #isListed(level: number): boolean {
    return this.#query.withLists.includes(level + 1)
  }

  #list(branch: Branch, key: unknown): void {
    const keys = this.#listed.get(branch) ?? []
    if (!keys.some((each) => equal(each, key))) keys.push(key)
    this.#listed.set(branch, keys)
  }
}

function dataOf(value: unknown): unknown {
  if (value instanceof Branch) return mapOf([...value].map(([key, each]) => [key, dataOf(each)]))
  return Array.isArray(value) ? value.map(dataOf) : value
}
