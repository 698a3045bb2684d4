// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, parseMinionId, silentLog } from '@halite/core'
import { createContext, type ExecContext, noFiles, Registry, thisMachine } from '@halite/loader'
import { describe, expect, it } from 'vitest'
import { manifest } from '../../../src/index.ts'
import { FakeFiles } from '../../fake-files.ts'
import { recordingLog } from '../cmd/call.ts'

interface World {
  readonly options?: ExecContext['options']
  readonly pillar?: ExecContext['pillar']
  /** Files of the file server by path. */
  readonly served?: Readonly<Record<string, string>>
  readonly log?: Logger
}

function contextOf({ options = {}, pillar = {}, served = {}, log = silentLog }: World = {}): ExecContext {
  const files = new FakeFiles({})
  return createContext({
    registry: new Registry(manifest, { options }),
    machine: { ...thisMachine, files: files.files },
    id: parseMinionId('m1'),
    options,
    grains: { os: 'Debian' },
    pillar,
    log,
    files: {
      ...noFiles,
      cacheFile: async (url) => {
        const path = url.replace('salt://|', '')
        const text = served[path]
        if (text === undefined) return undefined
        files.cache(`/cache/${path}`, text)
        return `/cache/${path}`
      },
    },
  })
}

describe('an sls file', () => {
  it('knows its place, reads beside it, and says where its keys stand', async () => {
    const ctx = contextOf({
      served: { 'web/map.jinja': "{% set port = salt['pillar.get']('port') %}" },
      pillar: { port: 81 },
    })
    const text =
      "{% from './map.jinja' import port %}\nsls: {{ sls }}\n\nplace: [{{ tpldir }}, {{ slsdotpath }}, {{ port }}]\n"
    const { data, lines } = await ctx.render.data({ text, name: 'web/init.sls', sls: 'web' })
    expect(data).toEqual({ sls: 'web', place: ['web', 'web', 81] })
    expect([...lines]).toEqual([
      ['sls', 2],
      ['place', 4],
    ])
  })

  it('has the syntax of jinja_sls_env, and other templates that of jinja_env', async () => {
    const options = {
      jinja_sls_env: { trim_blocks: true },
      jinja_env: { variable_start_string: '<<', VARIABLE_END_STRING: '>>' },
    }
    const ctx = contextOf({ options })
    const { data } = await ctx.render.data({
      text: '#!jinja|text\n{% if 1 %}\n{{ 1 }}{% endif %}',
      name: 'a.sls',
      sls: 'a',
    })
    expect(data).toBe('\n1')
    expect(await ctx.render.text({ text: '{{ 1 }} << 1 >>', name: 'a.txt' })).toBe('{{ 1 }} 1')
  })

  it('names a setting of the syntax that is not known', async () => {
    const { log, lines } = recordingLog()
    await contextOf({ options: { jinja_env: { trim_block: true } }, log }).render.text({
      text: 'a',
      name: 'a',
    })
    expect(lines.join()).toContain('jinja_env: trim_block')
  })
})

describe('templates of one job', () => {
  it('share what one of them changes in the facts, and leave the facts of the job alone', async () => {
    const ctx = contextOf({ pillar: { list: [1] } })
    await ctx.render.text({ text: '{% do pillar.list.append(2) %}', name: 'a' })
    expect(await ctx.render.text({ text: '{{ pillar.list }}', name: 'b' })).toBe('[1, 2]')
    expect(ctx.pillar).toEqual({ list: [1] })
  })

  it('see names of their caller, which win', async () => {
    const context = { grains: 5, more: 'x' }
    expect(await contextOf().render.text({ text: '{{ grains }}{{ more }}', name: 'a', context })).toBe('5x')
  })

  it.each(['py', 'mako', 'wempy'])('are no %s', async (template) => {
    const error = await contextOf()
      .render.text({ text: 'a', name: 'a', template })
      .catch((thrown: unknown) => thrown)
    expect(isSaltError(error, 'RENDERER_UNKNOWN') && error.message).toMatch(
      /it needs Python; write the file with/,
    )
  })

  it('fail for what they include and is not there', async () => {
    const text = "{% include 'nope.jinja' %}"
    await expect(contextOf().render.text({ text, name: 'a' })).rejects.toThrow(/nope\.jinja/)
  })
})
