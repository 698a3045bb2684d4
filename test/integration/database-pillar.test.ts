// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { parseMinionId, pythonRepr } from '@halite/core'
import { Registry } from '@halite/loader'
import { PillarCompiler, pillarSettings } from '@halite/master/pillar'
import { manifest } from '@halite/modules'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type DatabaseServer,
  missingPackage,
  startMariadb,
  startPostgres,
  startRedis,
} from './database-servers.ts'

/** The pillar of `m1` with this external pillar. */
async function pillar(
  source: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
  id = 'm1',
) {
  const registry = new Registry(manifest)
  const settings = { pillar_roots: { base: ['/nonexistent'] }, ext_pillar: [source], ...options }
  const compiler = new PillarCompiler({ ...pillarSettings(settings), registry: () => registry })
  return compiler.compile({ id: parseMinionId(id), grains: {} })
}

const failed = (text: string) => ({ _errors: [expect.stringContaining(text)] })

const noRedis = missingPackage({ 'redis-server': 'redis-server', 'redis-cli': 'redis-tools' })
describe('redis', () => {
  let server: DatabaseServer | undefined
  beforeAll(async () => {
    if (noRedis === undefined) server = await startRedis('it is secret')
  })
  afterAll(() => server?.close())

  function redis(...words: string[]): void {
    execFileSync('redis-cli', ['-p', `${server?.port}`, '-n', '3', ...words], {
      env: { ...process.env, REDISCLI_AUTH: 'it is secret' },
      stdio: 'pipe',
    })
  }
  const options = () => ({
    'redis.host': '127.0.0.1',
    'redis.port': server?.port,
    'redis.db': 3,
    'redis.password': 'it is secret',
  })

  test('key_value gives what a key holds, by its type', async (ctx) => {
    if (noRedis !== undefined) ctx.skip(`needs the package ${noRedis}`)
    redis('set', 'm1', 'a "text" – ü\r\nx')
    redis('hset', 'm2', 'b', '1', '10', 'x')
    redis('rpush', 'm3', 'b', 'a')
    redis('sadd', 'm4', 'b', 'a')
    redis('zadd', 'm5', '2', 'b', '1', 'c')
    const by = (id: string, more = {}) => pillar({ redis: { function: 'key_value', ...more } }, options(), id)
    expect(await by('m1')).toEqual({ redis_pillar: 'a "text" – ü\r\nx' })
    expect(pythonRepr(await by('m2', { pillar_key: 'k' }))).toBe("{'k': {'b': '1', '10': 'x'}}")
    expect(await by('m3')).toEqual({ redis_pillar: ['b', 'a'] })
    expect(await by('m4')).toEqual({ redis_pillar: ['a', 'b'] })
    expect(await by('m5')).toEqual({ redis_pillar: ['c', 'b'] })
    expect(await by('m6')).toEqual({})
  })

  test('key_json gives the JSON in it', async (ctx) => {
    if (noRedis !== undefined) ctx.skip(`needs the package ${noRedis}`)
    const by = (more = {}) => pillar({ redis: { function: 'key_json', ...more } }, options(), 'j1')
    expect(await by()).toEqual({})
    redis('set', 'j1', '{"a": 5.0, "b": [1]}')
    expect(pythonRepr(await by())).toBe("{'a': 5.0, 'b': [1]}")
    expect(await by({ pillar_key: 'k' })).toMatchObject({ k: { b: [1] } })
    redis('set', 'j1', '[1]')
    expect(await by()).toEqual({ redis_pillar: [1] })
  })

  test('a value of megabytes', async (ctx) => {
    if (noRedis !== undefined) ctx.skip(`needs the package ${noRedis}`)
    redis('eval', "return redis.call('set', 'big', string.rep('x', 3000000))", '0')
    const value = await pillar({ redis: { function: 'key_value' } }, options(), 'big')
    expect(JSON.stringify(value).length).toBe(3_000_000 + '{"redis_pillar":""}'.length)
  })

  test('what is wrong is told without the password', async (ctx) => {
    if (noRedis !== undefined) ctx.skip(`needs the package ${noRedis}`)
    const wrong = await pillar(
      { redis: { function: 'key_value' } },
      { ...options(), 'redis.password': 'wrong one' },
    )
    expect(wrong).toEqual(failed('it refused: WRONGPASS'))
    expect(JSON.stringify(wrong)).not.toContain('wrong one')
    expect(await pillar({ redis: { function: '__proto__' } }, options())).toEqual(
      failed('is none of key_value, key_json'),
    )
    expect(
      await pillar({ redis: { function: 'key_value' } }, { 'redis.host': '127.0.0.1', 'redis.port': 1 }),
    ).toEqual(failed('ECONNREFUSED'))
  })
})

describe('a server that speaks no Redis', () => {
  let server: Server
  let answer = ''
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.end(answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  test.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'not of the protocol'],
    ['$99999999999\r\n', 'a length in its reply cannot be'],
    ['*2147483647\r\n', 'a length in its reply cannot be'],
    [`${'*1\r\n'.repeat(100)}`, 'too deep'],
    ['+stri', 'closed the connection'],
    ['', 'closed the connection'],
  ])('%j is told', async (text, expected) => {
    answer = text
    const { port } = server.address() as { port: number }
    const source = { redis: { function: 'key_value' } }
    expect(await pillar(source, { 'redis.host': '127.0.0.1', 'redis.port': port })).toEqual(failed(expected))
  })
})

const tables = `
create table pillar (minion varchar(40), a varchar(10), b varchar(10), n int, f double precision, d decimal(5,2), nothing int);
insert into pillar values ('m1', 'web', 'port', 80, 5, 1.50, null), ('m1', 'web', 'users', 7, 2.5, 2, null), ('m2', 'db', 'port', 1, 1, 1, null);
`

/** What both kinds of server answer. */
function compared(kind: 'mysql' | 'postgres', options: () => Readonly<Record<string, unknown>>) {
  const by = (config: unknown, more = {}) => pillar({ [kind]: config }, { ...options(), ...more })
  return { by, shown: async (config: unknown) => pythonRepr(await by(config)) }
}

const order = 'order by b'
const noMariadb = missingPackage({
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  mariadb: 'mariadb-client',
})
describe('mysql', () => {
  let server: DatabaseServer | undefined
  beforeAll(async () => {
    if (noMariadb !== undefined) return
    server = await startMariadb()
    const sql = `create database salt; create user salt@'%' identified by 'it is "secret"'; grant all on salt.* to salt@'%'; use salt; ${tables}
      create table kinds (t text, b blob, dt datetime, y tinyint(1), bits bit(8), \`a "<b>\` int); insert into kinds values ('x<&>"\\n\\t\\\\ NULL ü', x'00ff', '2020-01-02 03:04:05', 1, b'101', 9007199254740993 % 100);`
    execFileSync(
      'mariadb',
      ['--no-defaults', `--socket=${join(server.directory, 's')}`, '--default-character-set=utf8mb4'],
      {
        input: sql,
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
  }, 120_000)
  afterAll(() => server?.close())
  const { by, shown } = compared('mysql', () => ({
    mysql: { host: '127.0.0.1', port: server?.port, pass: 'it is "secret"' },
  }))

  test('gives rows with the types of their columns', async (ctx) => {
    if (noMariadb !== undefined) ctx.skip(`needs the package ${noMariadb}`)
    expect(await shown(`select a, b, n from pillar where minion like %s ${order}`)).toBe(
      "{'web': {'port': 80, 'users': 7}}",
    )
    const fields = { query: `select a, b, n, f, d, nothing from pillar where minion = %s ${order}`, depth: 2 }
    expect(await shown({ from: fields })).toBe(
      "{'from': {'web': {'port': {'n': 80, 'f': 5.0, 'd': '1.50', 'nothing': None}, 'users': {'n': 7, 'f': 2.5, 'd': '2.00', 'nothing': None}}}}",
    )
    const kinds = { query: 'select 1 as one, t, b, dt, y, bits, `a "<b>` from kinds', depth: 1 }
    expect(await shown([kinds])).toBe(
      `{1: {'t': 'x<&>"\\n\\t\\\\ NULL ü', 'b': b'\\x00\\xff', 'dt': '2020-01-02 03:04:05', 'y': 1, 'bits': b'\\x05', 'a "<b>': 93}}`,
    )
  })

  test('an empty answer, several queries, and a % of SQL', async (ctx) => {
    if (noMariadb !== undefined) ctx.skip(`needs the package ${noMariadb}`)
    expect(await by("select a, n from pillar where minion = 'nobody'")).toEqual({})
    const like = `select b, n from pillar where minion = %s and b like 'p%%' ; `
    expect(await by([like, `select 'x' as k, 'y' as v`])).toEqual({ port: 80, x: 'y' })
  })

  test('what is wrong is told without the password', async (ctx) => {
    if (noMariadb !== undefined) ctx.skip(`needs the package ${noMariadb}`)
    expect(await by('select nonsense')).toEqual(failed("Unknown column 'nonsense'"))
    expect(await by('create table x (a int)')).toEqual(failed('it must be a SELECT'))
    const wrong = await by('select 1, 2', {
      mysql: { host: '127.0.0.1', port: server?.port, pass: 'not this' },
    })
    expect(wrong).toEqual(failed('Access denied for user'))
    expect(JSON.stringify(wrong)).not.toContain('not this')
    expect(await by('select 1, 2', { mysql: { user: 'a\n--x' } })).toEqual(failed('must be one line of text'))
  })
})

const noPostgres = missingPackage({ postgres: 'postgresql', initdb: 'postgresql', psql: 'postgresql-client' })
describe('postgres', () => {
  let server: DatabaseServer | undefined
  beforeAll(async () => {
    if (noPostgres !== undefined) return
    server = await startPostgres()
    const psql = ['-h', '127.0.0.1', '-p', `${server.port}`, '-U', 'salt', '-v', 'ON_ERROR_STOP=1', '-q']
    const run = (database: string, input: string) =>
      execFileSync('psql', [...psql, database], {
        input,
        env: { ...process.env, PGPASSWORD: 'salt' },
        stdio: ['pipe', 'pipe', 'inherit'],
      })
    run('postgres', 'create database salt;')
    run('salt', tables)
  }, 120_000)
  afterAll(() => server?.close())
  const { by, shown } = compared('postgres', () => ({ postgres: { host: '127.0.0.1', port: server?.port } }))

  test('gives rows with the types of their columns', async (ctx) => {
    if (noPostgres !== undefined) ctx.skip(`needs the package ${noPostgres}`)
    expect(await shown(`select a, b, n from pillar where minion like %s ${order}`)).toBe(
      "{'web': {'port': 80, 'users': 7}}",
    )
    const fields = { query: `select a, b, n, f, d, nothing from pillar where minion = %s ${order}`, depth: 2 }
    expect(await shown({ from: fields })).toBe(
      "{'from': {'web': {'port': {'n': 80, 'f': 5.0, 'd': '1.50', 'nothing': None}, 'users': {'n': 7, 'f': 2.5, 'd': '2.00', 'nothing': None}}}}",
    )
    const kinds = `select 1 as one, E'x\\ny' as t, true as b, array[[1,2],[3,null]] as arr,
      array['a,b', 'c"d', null, '', 'NULL', '{}'] as texts, '{"10": 1.0, "2": [null]}'::jsonb as j, '\\x00ff'::bytea as bytes,
      9223372036854775807 as big, 'NaN'::float as nan, '{}'::int[] as none -- last`
    expect(await shown([{ query: kinds, depth: 1 }])).toBe(
      `{1: {'t': 'x\\ny', 'b': True, 'arr': [[1, 2], [3, None]], 'texts': ['a,b', 'c"d', None, '', 'NULL', '{}'], ` +
        `'j': {'2': [None], '10': 1.0}, 'bytes': b'\\x00\\xff', 'big': 9223372036854775807, 'nan': nan, 'none': []}}`,
    )
  })

  test('JSON in a single column is merged', async (ctx) => {
    if (noPostgres !== undefined) ctx.skip(`needs the package ${noPostgres}`)
    const rows = `select j from (values ('{"a": {"b": [1, 2]}, "c": 3}'::json), ('{"a": {"b": [1, 3]}, "d": 4}')) t(j)`
    expect(await by([{ query: rows, as_json: true }])).toEqual({ a: { b: [1, 3] }, c: 3, d: 4 })
    expect(await by([{ query: rows, as_json: true, as_list: true }])).toEqual({
      a: { b: [1, 2, 3] },
      c: 3,
      d: 4,
    })
    expect(await by([{ query: 'select 1 as j', as_json: true }])).toEqual(
      failed('a row with as_json is not a map'),
    )
  })

  test('what is wrong is told without the password', async (ctx) => {
    if (noPostgres !== undefined) ctx.skip(`needs the package ${noPostgres}`)
    expect(await by('select nonsense')).toEqual(failed('column "nonsense" does not exist'))
    expect(await by('create table x (a int)')).toEqual(failed('it must be a SELECT'))
    const wrong = await by('select 1, 2', {
      postgres: { host: '127.0.0.1', port: server?.port, pass: 'not this' },
    })
    expect(wrong).toEqual(failed('password authentication failed'))
    expect(JSON.stringify(wrong)).not.toContain('not this')
  })
})
