// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseMinionId, valueAt } from '@halite/core'
import { Registry } from '@halite/loader'
import { PillarCompiler, pillarSettings } from '@halite/master/pillar'
import { manifest } from '@halite/modules'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 'halite-ext-pillar-'))
let server: Server
let address: string
const requests: { readonly url: string; readonly authorization: string | undefined }[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization })
    const text = answers[request.url?.split('?')[0] ?? '']
    response.writeHead(text === undefined ? 404 : 200).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(root, { recursive: true, force: true })
})

const answers: Readonly<Record<string, string>> = {
  '/m1.json': '{"rack": 7, "of": 5.0}',
  '/list.json': '[1]',
  '/m1.yaml': 'rack: 7\n80: port\n',
}

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** The pillar of `m1` with these external pillars. */
async function pillar(
  ext_pillar: readonly unknown[],
  { grains = { os: 'Debian' }, ...options }: Readonly<Record<string, unknown>> = {},
) {
  const settings = { pillar_roots: { base: [join(root, 'none')] }, ext_pillar, ...options }
  const registry = new Registry(manifest)
  const compiler = new PillarCompiler({ ...pillarSettings(settings), registry: () => registry })
  return compiler.compile({ id: parseMinionId('m1'), grains: grains as Readonly<Record<string, unknown>> })
}

const failed = (text: string) => ({ _errors: [expect.stringContaining(text)] })

describe('cmd_yaml and cmd_json', () => {
  test('take what a command prints, with the id of the minion', async () => {
    expect(await pillar([{ cmd_yaml: "printf 'id: %s\\nlist: [1]'" }])).toEqual({ id: 'm1', list: [1] })
    expect(await pillar([{ cmd_json: { command: 'echo \'{"id": "%s"}\'' } }])).toEqual({ id: 'm1' })
    expect(await pillar([{ cmd_yaml: 'true' }])).toEqual({})
  })

  test.each([
    [{ cmd_yaml: 'echo boo >&2; exit 3' }, 'its command ended with code 3: boo'],
    [{ cmd_yaml: 'echo "- 1"' }, 'does not print a YAML map'],
    [{ cmd_json: 'echo 5' }, 'does not print a JSON map'],
    [{ cmd_json: { nonsense: 1 } }, 'its settings have nonsense; there are command'],
    [{ cmd_json: 5 }, 'its setting command must be text'],
  ])('%j is told', async (config, text) => {
    expect(await pillar([config])).toEqual(failed(text))
  })
})

describe('http_json and http_yaml', () => {
  test('take what a server answers', async () => {
    const byKey = await pillar([{ http_yaml: `${address}/%s.yaml` }])
    expect([valueAt(byKey, 'rack'), valueAt(byKey, 80)]).toEqual([7, 'port'])
    const config = {
      url: `${address}/%s.json?os=<os>&ip=<net:ip>`,
      with_grains: true,
      namespace: 'cmdb',
      username: 'u',
      password: 'p',
    }
    const grains = { os: 'a b&c=/../', net: { ip: '::1' } }
    expect(await pillar([{ http_json: config }], { grains })).toMatchObject({ cmdb: { rack: 7 } })
    expect(requests.at(-1)).toEqual({
      url: `/m1.json?os=${encodeURIComponent(grains.os)}&ip=${encodeURIComponent('::1')}`,
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    })
  })

  test('what went wrong is told, without the address that may hold secrets', async () => {
    expect(await pillar([{ http_json: `${address}/gone?token=secret` }])).toEqual(
      failed('gave no data: it answered 404'),
    )
    expect(JSON.stringify(await pillar([{ http_json: `${address}/gone?token=secret` }]))).not.toContain(
      'secret',
    )
    expect(await pillar([{ http_json: `${address}/list.json` }])).toEqual(failed('is not a map'))
    expect(await pillar([{ http_json: { url: `${address}/<gone>`, with_grains: true } }])).toEqual(
      failed('no grain gone'),
    )
    expect(await pillar([{ http_json: 'http://127.0.0.1:1/' }])).toEqual(failed('gave no data'))
  })
})

test('nodegroups gives those of the minion', async () => {
  const nodegroups = { debian: 'G@os:Debian', arch: 'G@os:Arch', both: 'N@debian or N@arch', broken: 'a or' }
  expect(await pillar([{ nodegroups: {} }], { nodegroups })).toEqual({ nodegroups: ['debian', 'both'] })
  expect(await pillar([{ nodegroups: { pillar_name: 'groups' } }], { nodegroups })).toEqual({
    groups: ['debian', 'both'],
  })
})

describe('csv', () => {
  test('gives the row of the minion', async () => {
    write({ 'hosts.csv': 'id,role,note\r\nm0,web,x\nm1,"db ""main""","a,b\nc"\nm1,later,\n' })
    const row = { id: 'm1', role: 'db "main"', note: 'a,b\nc' }
    expect(await pillar([{ csv: join(root, 'hosts.csv') }])).toEqual(row)
    expect(await pillar([{ csv: { path: join(root, 'hosts.csv'), namespace: 'host' } }])).toEqual({
      host: row,
    })
    expect(await pillar([{ csv: { path: join(root, 'hosts.csv'), idkey: 'role' } }])).toEqual({})
    write({ 'tabs.csv': 'm1\tweb\tmore\n' })
    const config = {
      path: join(root, 'tabs.csv'),
      fieldnames: ['id', 'role'],
      restkey: 'rest',
      dialect: 'excel-tab',
    }
    expect(await pillar([{ csv: config }])).toEqual({ id: 'm1', role: 'web', rest: ['more'] })
  })

  test('says what is wrong', async () => {
    write({ 'bad.csv': 'id,role\nm1,a"b\n' })
    expect(await pillar([{ csv: join(root, 'bad.csv') }])).toEqual(failed('has a quote'))
    expect(await pillar([{ csv: { path: join(root, 'hosts.csv'), idkey: 'x' } }])).toEqual(
      failed('no column'),
    )
    expect(await pillar([{ csv: join(root, 'gone.csv') }])).toEqual(failed('ENOENT'))
  })
})

describe('file_tree', () => {
  beforeAll(() => {
    write({
      'tree/hosts/m1/key': 'k\n',
      'tree/hosts/m1/app/conf': 'id: {{ opts.id }}\n',
      'tree/hosts/m1/app/raw': new Uint8Array([0xff, 0x00]),
      'tree/hosts/m2/key': 'secret of m2',
      'tree/nodegroups/debian/key': 'group',
      'tree/nodegroups/debian/only': 'group',
      'tree/nodegroups/arch/only': 'arch',
      'outside/file': 'outside',
    })
    symlinkSync(join(root, 'outside'), join(root, 'tree/hosts/m1/link'))
  })
  const nodegroups = { debian: 'G@os:Debian', arch: 'G@os:Arch' }

  test('gives files of the minion over those of its nodegroups, and of nobody else', async () => {
    expect(await pillar([{ file_tree: { root_dir: join(root, 'tree') } }], { nodegroups })).toEqual({
      key: 'k',
      only: 'group',
      app: { conf: 'id: {{ opts.id }}', raw: Buffer.from([0xff, 0x00]) },
      link: {},
    })
  })

  test('keeps newlines, renders and follows links where it is told to', async () => {
    const config = {
      root_dir: join(root, 'tree'),
      keep_newline: ['k*'],
      template: true,
      follow_dir_links: true,
      render_default: 'jinja',
    }
    expect(await pillar([{ file_tree: config }])).toEqual({
      key: 'k\n',
      app: { conf: 'id: m1', raw: Buffer.from([0xff, 0x00]) },
      link: { file: 'outside' },
    })
  })

  test('needs a root', async () => {
    expect(await pillar([{ file_tree: { root_dir: 'tree' } }])).toEqual(failed('root_dir is relative'))
    expect(await pillar([{ file_tree: {} }])).toEqual(failed('root_dir must be text'))
  })
})

describe('stack', () => {
  test('merges the files that a template lists, by the rules that they name', async () => {
    write({
      'stack/main.cfg': 'core.yml\n{{ __grains__.os }}/*.yml\nminions/{{ minion_id }}.yml\nnone/*.yml\n',
      'stack/core.yml': 'users: {a: 1, b: {x: 1}}\nlist: [1, 2]\nfirst: [1]\ngone: 1\nwhole: {a: 1}\n',
      'stack/Debian/1.yml': 'users: {b: {y: {{ stack.list | length }}}}\nlist: [3]\n',
      'stack/Debian/2.yml': 'first: [{__: merge-first}, 0]\nwhole: {__: overwrite, b: 2}\n',
      'stack/minions/m1.yml': 'undefined: "{{ nope }}"\nlist: [{__: remove}, 1]\n{% include "part.txt" %}\n',
      'stack/part.txt': 'part: {{ minion_id }}',
    })
    expect(await pillar([{ stack: join(root, 'stack/main.cfg') }])).toEqual({
      users: { a: 1, b: { x: 1, y: 2 } },
      list: [2, 3],
      first: [0, 1],
      gone: 1,
      whole: { b: 2 },
      undefined: '',
      part: 'm1',
    })
  })

  test('chooses files by grains, pillar and options', async () => {
    write({
      'stack/a.cfg': '- a.yml\n',
      'stack/a.yml': 'a: 1\n',
      'stack/base.cfg': 'b.yml',
      'stack/b.yml': 'b: 1\n',
    })
    const config = {
      'grains:os': { Debian: [join(root, 'stack/a.cfg')], Arch: join(root, 'stack/main.cfg') },
      'opts:environment': { base: join(root, 'stack/__env__.cfg') },
    }
    expect(await pillar([{ stack: config }], { environment: 'base' })).toEqual({ a: 1, b: 1 })
  })

  test('says what is wrong, and reads nothing above its directory by include', async () => {
    write({
      'stack/bad.cfg': 'bad.yml',
      'stack/bad.yml': 'a: {__: nonsense}\nb: {a: {__: nonsense}}',
      'stack/out.cfg': '{% include "../outside/file" %}',
    })
    write({ 'stack/two.cfg': 'core.yml\nbad2.yml', 'stack/bad2.yml': 'users: {__: nonsense}' })
    expect(await pillar([{ stack: join(root, 'stack/two.cfg') }])).toEqual(
      failed('the strategy nonsense is none of'),
    )
    expect(await pillar([{ stack: join(root, 'stack/out.cfg') }])).toEqual(
      failed('Failed to load ext_pillar stack'),
    )
    expect(await pillar([{ stack: { 'env:x': {} } }])).toEqual(failed('Unknown traverse option "env"'))
    expect(await pillar([{ stack: join(root, 'stack/gone.cfg') }])).toEqual({})
  })
})
