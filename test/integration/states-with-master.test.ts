// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventClient } from '@halite/client'
import {
  type Cluster,
  removeTemporaryDirectory,
  startCluster,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

const directory = temporaryDirectory('halite-states')
const roots = join(directory, 'roots')
let cluster: Cluster

function write(files: Readonly<Record<string, string>>): void {
  mkdirSync(join(roots, 'web'), { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(roots, path), text)
}

beforeAll(async () => {
  write({
    'top.sls': "base:\n  'm*':\n    - web\n",
    'web/init.sls':
      "include: [.conf]\nsays: {test.show_notification: [text: '{{ grains.id }} {{ name }}']}\n".replace(
        '{{ name }}',
        "{{ salt['test.echo']('x') }}",
      ),
    'web/conf.sls': '{% from "web/map.jinja" import value %}\nconf: {test.nop: [name: "{{ value }}"]}\n',
    'web/map.jinja': '{% set value = "from the map" %}\n',
    'slow.sls': `before: {cmd.run: [name: "while ! test -e ${directory}/go; do sleep 0.1; done"]}\nafter: test.nop\n`,
    'quick.sls': 'quick: test.nop\n',
    'aggregated.sls': 'one: {test.nop: [aggregate: true]}\n',
  })
  cluster = await startCluster({
    minions: 1,
    master: { file_roots: { base: [roots] } },
    minion: { state_events: true, state_aggregate: true, state_queue: false },
  })
})
afterAll(async () => {
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

const full = async (
  fun: string,
  arg: readonly unknown[] = [],
  kwarg: Readonly<Record<string, unknown>> = {},
) => {
  const returned = await cluster.client.cmd('m1', fun, [...arg], { kwarg, fullReturn: true })
  return returned['m1'] as { ret: unknown; retcode: number }
}
const keysOf = (value: unknown) => Object.keys(value as object)

/** A run that waits for the file `go`, under way. */
interface RunningJob {
  readonly jid: string
  readonly arg: readonly unknown[]
}

async function slowRun(): Promise<{ jid: string; done: Promise<unknown> }> {
  const done = full('state.apply', ['slow'])
  const running = () => cluster.client.cmd('m1', 'saltutil.is_running', ['state.*'])
  const { jid } = await until('the run is under way', async () => {
    const { m1 } = await running()
    // The run before this one may still be listed.
    return (Array.isArray(m1) ? (m1 as RunningJob[]) : []).find(({ arg }) => arg.includes('slow'))
  })
  return { jid, done }
}

function letGo(): void {
  writeFileSync(join(directory, 'go'), '')
}

test('a highstate comes from the top file of the master, with what it includes and imports', async () => {
  const { ret, retcode } = await full('state.apply')
  expect(retcode).toBe(0)
  expect(ret).toMatchObject({
    'test_|-conf_|-from the map_|-nop': { result: true, __sls__: 'web.conf' },
    'test_|-says_|-says_|-show_notification': { comment: 'm1 x', __run_num__: 1 },
  })
})

test('the return code of states that fail is 2, of sls files that do not compile 1', async () => {
  expect((await full('state.single', ['test.fail_without_changes', 'x'])).retcode).toBe(2)
  expect((await full('state.apply', ['nowhere'])).retcode).toBe(1)
})

test('state_events: the master is told of each state as it ends; state_aggregate asks modules that can merge', async () => {
  await using events = new EventClient({ options: cluster.masterOptions })
  const feed = events.events('minion/m1/progress/')
  await full('state.apply', ['aggregated'])
  for await (const { data } of feed) {
    expect(data).toMatchObject({ data: { ret: { __id__: 'one', result: true }, len: 1 } })
    break
  }
})

test('one run at a time: another is refused, or waits with queue=True; one can be ended before a state', async () => {
  const { jid, done } = await slowRun()
  const refused = await full('state.apply', ['quick'])
  expect(refused.retcode).toBe(1)
  expect(refused.ret).toEqual([
    expect.stringMatching(`^The function "state.apply" is running as PID \\d+ .* with jid ${jid}$`),
  ])
  expect(await cluster.client.cmd('m1', 'state.running')).toMatchObject({
    m1: [expect.stringContaining(jid)],
  })
  const waiting = full('state.apply', ['quick'], { queue: true })
  await full('state.soft_kill', [jid, 'after'])
  letGo()
  expect(keysOf(((await done) as { ret: unknown }).ret)).toEqual([expect.stringContaining('cmd_|-before')])
  expect(keysOf((await waiting).ret)).toEqual(['test_|-quick_|-quick_|-nop'])
})

test('a request is tried, kept, and run by its name', async () => {
  const tried = await full('state.request', ['quick'], { name: 'later' })
  expect(keysOf(tried.ret)).toEqual(['test_|-quick_|-quick_|-nop'])
  expect((await full('state.check_request', ['later'])).ret).toMatchObject({ mods: 'quick' })
  expect(keysOf((await full('state.run_request', ['later'])).ret)).toEqual(['test_|-quick_|-quick_|-nop'])
  expect((await full('state.run_request', ['later'])).ret).toEqual({})
})

test('sls files are switched off and on', async () => {
  await full('state.disable', ['quick'])
  await until('quick is switched off', async () =>
    ((await full('state.list_disabled')).ret as string[]).includes('quick'),
  )
  expect((await full('state.apply', ['quick'])).ret).toEqual([
    'The state file "quick" is currently disabled, to re-enable, run state.enable quick.',
  ])
  await full('state.enable', ['quick'])
})

test('a jid that would leave the directory of pauses is refused', async () => {
  const { ret, retcode } = await full('state.pause', ['../../etc/passwd'])
  expect(retcode).toBe(1)
  expect(String(ret)).toContain('is not 20 digits')
})
