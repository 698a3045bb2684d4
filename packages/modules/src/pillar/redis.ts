// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap, loadJson, mapOf, SaltError } from '@halite/core'
import { definePillar, type PillarContext } from '@halite/loader'
import { type RedisReply, type RedisServer, withRedis } from './parts/redis-client.ts'
import { settingsOf, textOf } from './parts/settings.ts'

type Ask = (...words: readonly string[]) => Promise<RedisReply>

/** The key of Redis that is named as the minion. */
export default definePillar({
  name: 'redis',
  doc: 'The key of a Redis server that is named as the minion: ``- redis: {function: key_value}`` gives it below ``pillar_key`` (``redis_pillar``), a text, a map for a hash, a list for lists and sets; ``key_json`` the JSON in it, below ``pillar_key`` where it is given. The options ``redis.host``, ``redis.port``, ``redis.db`` and ``redis.password`` say where it is.',
  async compile(ctx, config) {
    const settings = settingsOf(config, ['function', 'pillar_key'])
    const name = textOf(settings, 'function')
    const key = settings['pillar_key']
    const read = Object.hasOwn(functions, name) ? functions[name] : undefined
    if (read !== undefined) return withRedis(serverOf(ctx), ctx.signal, (ask) => read(ask, ctx.id, key))
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `its function ${JSON.stringify(name)} is none of ${Object.keys(functions).join(', ')}`,
    )
  },
})

type Read = (ask: Ask, id: string, key: unknown) => Promise<DataMap>

const functions: Readonly<Record<string, Read>> = {
  async key_value(ask, id, key = 'redis_pillar') {
    const value = await contentOf(ask, id)
    return value === undefined ? {} : mapOf([[key, value]])
  },
  async key_json(ask, id, key) {
    const text = await ask('GET', id)
    if (typeof text !== 'string' || text === '') return {}
    const data = loadJson(text)
    if (key) return mapOf([[key, data]])
    return isMap(data) ? data : { redis_pillar: data }
  },
}

/** Whatever stands there; nothing for a key that is missing, empty or of another type. */
async function contentOf(ask: Ask, id: string): Promise<unknown> {
  switch (await ask('TYPE', id)) {
    case 'string':
      return ask('GET', id)
    case 'hash':
      return mapOf(pairs(listOf(await ask('HGETALL', id))))
    case 'list':
      return someOf(await ask('LRANGE', id, '0', '-1'))
    case 'set':
      return [...listOf(await ask('SMEMBERS', id))].sort()
    case 'zset':
      return someOf(await ask('ZRANGE', id, '0', '-1'))
    default:
      return undefined
  }
}

function someOf(reply: RedisReply): readonly unknown[] | undefined {
  const items = listOf(reply)
  return items.length === 0 ? undefined : items
}

function listOf(reply: RedisReply): readonly RedisReply[] {
  return Array.isArray(reply) ? reply : []
}

function pairs(items: readonly RedisReply[]): readonly (readonly [unknown, unknown])[] {
  return Array.from(
    { length: items.length / 2 },
    (_, index) => [items[index * 2], items[index * 2 + 1]] as const,
  )
}

function serverOf({ options }: PillarContext): RedisServer {
  return {
    host: String(options['redis.host'] ?? 'salt'),
    port: Number(options['redis.port'] ?? 6379),
    db: Number(options['redis.db'] ?? 0),
    password: String(options['redis.password'] ?? ''),
  }
}
