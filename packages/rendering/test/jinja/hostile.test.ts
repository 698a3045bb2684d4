// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { failure, render } from './rendering.ts'

const context = {
  text: 'abc',
  list: [1, 2, 3],
  map: { a: 1 },
  number: 5,
  nested: { list: [{ a: { b: 1 } }] },
}

/** Names that lead out of a value in JavaScript or in Python. */
const doors = [
  'constructor',
  '__proto__',
  'prototype',
  '__defineGetter__',
  '__lookupGetter__',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__class__',
  '__mro__',
  '__subclasses__',
  '__globals__',
  '__init__',
  '__dict__',
  'call',
  'apply',
  'bind',
  'arguments',
  'callee',
  'then',
  'invoke',
  'func_globals',
  'gi_frame',
]

/** Values to begin from, each of another kind. */
const starts = [
  'text',
  'list',
  'map',
  'number',
  '(1, 2)',
  '1.5',
  'true',
  'none',
  'range(3)',
  'map.items()',
  'map.items',
  'dict',
  'namespace(a=1)',
  'cycler(1, 2)',
  'joiner()',
  "list | map('string')",
  "('x' | escape)",
  'self',
  'salt',
  "salt['test.echo']",
  'salt.test',
  'macro',
  'loop_',
  "'a'.encode()",
]

const prelude = '{% macro macro() %}{% endmacro %}{% for x in [1] %}{% set loop_ = loop %}'
const end = '{% endfor %}'

describe('no attribute, item, filter or format leads out of the data', () => {
  it.each(starts)('from %s', async (start) => {
    for (const door of doors) {
      const ways = [
        `{{ (${start}).${door} }}`,
        `{{ (${start})['${door}'] }}`,
        `{{ (${start}) | attr('${door}') }}`,
        `{{ [${start}] | map(attribute='${door}') | list }}`,
        `{{ '{0.${door}}'.format(${start}) }}`,
        `{{ '{0[${door}]}'.format(${start}) }}`,
        `{{ (${start}).${door}() }}`,
        `{{ (${start}) | method_call('${door}') }}`,
      ]
      for (const way of ways) expect(await outcome(prelude + way + end), way).toMatch(harmless)
    }
  })

  it.each([
    "{{ text.constructor.constructor('return process')() }}",
    "{{ list.constructor.constructor('return process.env')() }}",
    "{{ range.constructor('return globalThis.process.mainModule')() }}",
    '{{ ({}).__class__.__bases__[0].__subclasses__() }}',
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    '{{ self.__init__.__globals__ }}',
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    '{{ cycler.__init__.__globals__.os }}',
    '{{ joiner.__init__.__globals__ }}',
    '{{ namespace.__init__.__globals__ }}',
    '{{ text.__add__.constructor }}',
    "{{ map['__proto__']['polluted'] }}",
    "{% do map.update({'__proto__': {'polluted': 1}}) %}{{ {}.polluted }}",
    '{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__ }}',
    '{% set ns = namespace() %}{% set ns.constructor = 1 %}{{ ns.constructor.constructor }}',
    "{{ '{0.__class__.__init__.__globals__}'.format(text) }}",
    "{{ '{a.__class__}'.format_map({'a': text}) }}",
    "{{ ('{0.__class__}' | string).format(1) }}",
    "{{ '%(constructor)s' % map }}",
    "{{ [list] | map('attr', '__class__') | list }}",
    "{{ [list] | selectattr('__class__') | list }}",
    "{{ nested | json_query('constructor') }}{{ nested | json_query('list.constructor') }}x{{ process }}",
    "{{ list | sort(attribute='constructor') }}",
    "{{ [map] | groupby('__proto__') }}",
    '{{ process }}',
    '{{ globalThis }}',
    "{{ require('fs') }}",
    '{{ rt }}',
    '{{ ctx }}',
    '{{ K }}',
  ])('%s', async (template) => {
    expect(await outcome(template)).toMatch(harmless)
  })

  it('has no effect on objects of the program', async () => {
    await outcome(
      "{% do map.update({'__proto__': {'polluted': 1}, 'constructor': 2}) %}{% do map.__proto__.update(1) %}",
    )
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('names become no code', async () => {
    const names = [
      'await',
      'return',
      'rt',
      'K',
      'ctx',
      'out',
      'parent',
      'text',
      'eval',
      'arguments',
      'undefined',
      'class',
      'ünïcode',
      'x1',
    ]
    for (const name of names) {
      expect(
        await render(
          `{% set ${name} = 5 %}{% macro m(${name}=1) %}{{ ${name} }}{% endmacro %}{{ ${name} }}{{ m() }}`,
        ),
      ).toBe('51')
    }
    const code = ['$', '{1}`'].join('')
    expect(await render(`{{ "\\u2028${code.replace('`', '\\`')}" }}`.replace('\\`', '`'))).toBe(
      `\u2028${code}`,
    )
    expect(await render(`${code}\u2028\\u0041"'`)).toBe(`${code}\u2028\\u0041"'`)
  })
})

/** What may come out: a refusal, nothing, or text that shows no more than Python's name of a thing. */
const harmless =
  /^(?:Jinja (?:variable|syntax error|error)[^\n]*|[^{}]*(?:bound method|built-in method|<function|LazyLoader|LoadedMod|None|\[.*\]|\d|^$|x?)[^{}]*|\{.*\})$/s

async function outcome(template: string): Promise<string> {
  const functions = { 'test.echo': (value: unknown) => value }
  try {
    const text = await render(template, { context, functions })
    expect(text).not.toMatch(/\[native code\]|=>|function \w*\(|process|\[object/)
    return text
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? ''
  }
}

describe('what would hold a process ends with an error', () => {
  it.each([
    "{{ 'a' * 10**9 }}",
    "{{ 'a' * 10**12 }}",
    '{{ [1] * 10**9 }}',
    '{{ range(10**12) }}',
    '{{ range(100001) | list }}',
    '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}',
    "{% set ns = namespace(x='ab') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    '{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}',
    "{% include 'self.j2' %}",
    "{% import 'imports.j2' as m %}",
    "{% extends 'extends.j2' %}",
    "{{ '%1000000000d' % 5 }}",
    "{{ '{:1000000000d}'.format(5) }}",
    "{{ '{:>{w}}'.format('x', w=10**9) }}",
    "{{ 'x'.center(10**9) }}",
    "{{ 'x'.ljust(10**9) }}",
    "{{ 'x'.zfill(10**9) }}",
    "{{ '\\t'.expandtabs(10**9) }}",
    "{{ 'x' | center(10**9) }}",
    "{{ 'a' | indent(10**9) | length }}{{ ('a\\n' * 10000) | indent(100000) }}",
    "{{ ('a' * 10000).replace('a', 'b' * 100000) }}",
    "{{ ('a' * 100000).join(range(100000) | map('string')) }}",
    '{{ 10 ** (10 ** 10) }}',
    '{{ 9 ** (9 ** 9) }}',
    "{{ [1, 2, 3] | batch(10**9, 'x') | list | length }}{{ [1] | slice(10**9) | list }}",
    '{{ range(1000) | permutations(5) | list | length }}',
    '{{ range(100) | product(range(100), range(100), range(100)) | list }}',
    "{{ '10.0.0.0/8' | network_hosts }}",
    '{{ lipsum(10**9) }}',
    '{% set l = [] %}{% for i in range(1000) %}{% do l.append(l) %}{% endfor %}{{ l | flatten }}',
    '{% set l = [] %}{% do l.append(l) %}{{ l }}',
    '{% set l = [] %}{% do l.append(l) %}{{ l | json }}',
    '{% set l = [] %}{% do l.append(l) %}{{ l | yaml }}',
    '{% set l = [] %}{% do l.append(l) %}{{ l == l | list }}{{ [l] == [[l]] }}{{ l | pprint }}',
    '{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}',
    "{{ '((((a+)+)+)+)+b' | regex_search(('a' * 50000)) }}{{ ('a' * 50000) | regex_search('(((a+)+)+)+$b') }}{{ 1 / 0 }}",
    "{{ (('[' * 100000) | load_json) }}",
    "{{ (('[' * 100000) | load_yaml) }}",
    '{% for i in range(99999) %}{% set x = range(99999) | list %}{% endfor %}',
    '{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}',
    "{{ 'x' | wordwrap(-1) }}",
    `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
    `{{ ${'['.repeat(5000)}${']'.repeat(5000)} }}`,
    `{{ ${'not '.repeat(5000)}1 }}`,
    `{{ ${'-'.repeat(5000)}1 }}`,
    `${'{% if 1 %}'.repeat(5000)}${'{% endif %}'.repeat(5000)}`,
  ])('%.60s', async (template) => {
    const files = {
      'self.j2': "{% include 'self.j2' %}",
      'imports.j2': "{% import 'imports.j2' as m %}",
      'extends.j2': "{% extends 'extends.j2' %}",
    }
    const started = performance.now()
    const message = await failure(template, { files, limits: { maxSteps: 1_000_000 } })
    expect(message).toMatch(/^Jinja /)
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  it('stops when it is no longer wanted', async () => {
    const controller = new AbortController()
    controller.abort()
    const text = '{% for i in range(10) %}{{ i }}{% endfor %}'
    await expect(render(text, { signal: controller.signal })).rejects.toThrow(/abort/i)
  })
})
