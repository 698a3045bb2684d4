// SPDX-License-Identifier: Apache-2.0
import { type PipeRequest, RenderPipe, slsContext, TemplateEngine } from '@halite/rendering'
import { describe, expect, it } from 'vitest'

const render = (text: string, options: Partial<PipeRequest> = {}) =>
  new RenderPipe(new TemplateEngine()).render({ name: 'web/init.sls', context: { n: 7 }, ...options, text })

describe('files are rendered as their first line says', () => {
  it.each([
    ['a: {{ n }}\n', { a: 7 }],
    ['#!yaml\na: 7\n', { a: 7 }],
    ['#!jinja|json\n{"a": {{ n }}}\n', { a: 7 }],
    ['#! jinja | text\nn={{ n }}\n', '\nn=7\n'],
    ['#!/bin/sh\na: 1\n', { a: 1 }],
    ['# only a comment\n', {}],
    ['  \n', {}],
  ])('%j', async (text, data) => {
    expect((await render(text)).data).toEqual(data)
  })

  it('gives text as it is through the renderer text, also what would be YAML', async () => {
    expect((await render('#!text\na: {{ n }}\n')).data).toBe('\na: {{ n }}\n')
    expect((await render('a: {{ n }}\n', { renderer: 'jinja|text' })).data).toBe('a: 7\n')
    await expect(render('#!yaml|text\na: 1\n')).rejects.toThrow(/'text' cannot be used: .*gave data/)
  })

  it('says where the keys stand', async () => {
    expect((await render('#!jinja|yaml\na: {{ n }}\nb: 2\n')).lines).toEqual(
      new Map([
        ['a', 2],
        ['b', 3],
      ]),
    )
  })

  it('refuses what is unknown, needs Python or is forbidden, with the reason', async () => {
    const refusal = (text: string, options?: Partial<PipeRequest>) => expect(render(text, options)).rejects
    await refusal('#!nope\na').toThrow(/'nope'.*known are jinja/)
    await refusal('#!mako|yaml\na').toThrow(/needs Python/)
    await refusal('#!constructor\na').toThrow(/known are/)
    await refusal('#!yaml|jinja\na: 1').toThrow(/gave data/)
    await refusal('a: 1', { rendererBlacklist: ['jinja'] }).toThrow(/forbids/)
    await refusal('a: 1', { rendererWhitelist: ['yaml'] }).toThrow(/forbids/)
  })

  it('points at the line of an error, counting the first one', async () => {
    await expect(render('#!jinja|yaml\n\na: {{ nope }}\n')).rejects.toThrow(
      "Jinja variable 'nope' is undefined; line 3",
    )
    await expect(render('#!yaml\na: [\n')).rejects.toMatchObject({ code: 'YAML_INVALID' })
  })
})

describe('a value that renderers are applied to', () => {
  const apply = (value: unknown, renderer: string) =>
    new RenderPipe(new TemplateEngine()).apply(value, { name: 'value', renderer, context: { n: 7 } })

  it('goes through them', async () => {
    expect(await apply('a: {{ n }}', 'jinja|yaml')).toEqual({ a: 7 })
    expect(await apply('', 'text')).toBe('')
  })

  it.each(['#!jinja\n{{ n }}', '#!yaml\na: 1', '#!js\nexport default 1', '#!nope\n1'])(
    'never names others by its first line: %j',
    async (value) => {
      expect(await apply(value, 'text')).toBe(value)
    },
  )
})

it('an sls file knows where it is', () => {
  expect(slsContext('web/app/init.sls', 'web.app')).toMatchObject({
    ...{ tplfile: 'web/app/init.sls', tpldir: 'web/app', tpldot: 'web.app', tplroot: 'web' },
    ...{ slspath: 'web/app', slsdotpath: 'web.app', slscolonpath: 'web:app', sls_path: 'web_app' },
  })
  expect(slsContext('top.sls', 'top')).toMatchObject({ tpldir: '.', slspath: '', tplroot: '.' })
})
