// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  dumpYaml,
  equal,
  Float,
  hasKey,
  isSaltError,
  keysOf,
  mapOf,
  parseYaml,
  parseYamlDocument,
  tupleOf,
} from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const one = (text: string) => (parseYaml(`v: ${text}`, 'test') as { v: unknown }).v

describe('plain scalars', () => {
  it.each([
    ['yes', true],
    ['On', true],
    ['FALSE', false],
    ['off', false],
    ['y', 'y'],
    ['N', 'N'],
    ['~', null],
    ['', null],
    ['Null', null],
    ['0755', 755],
    ['010', 10],
    ['-010', -8],
    ['000', 0],
    ['08', '08'],
    ['0o17', '0o17'],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['_1', '_1'],
    ['-0', 0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-99999999999999999999', -99999999999999999999n],
    ['12:30', 750],
    ['-1:30', -90],
    ['0:30', '0:30'],
    ['00:11:22:33:44:55', '00:11:22:33:44:55'],
    ['5.10', 5.1],
    ['1.', new Float(1)],
    ['.5', 0.5],
    ['+.5', '+.5'],
    ['.', '.'],
    ['1e5', '1e5'],
    ['1.0e+5', new Float(100000)],
    ['-0.0', new Float(-0)],
    ['1.0e+20', 1e20],
    [
      '{10: a, 2: b, z: c}',
      mapOf([
        [10, 'a'],
        [2, 'b'],
        ['z', 'c'],
      ]),
    ],
    [
      '{true: a, ~: b, 5.0: c}',
      mapOf([
        [true, 'a'],
        [null, 'b'],
        [new Float(5), 'c'],
      ]),
    ],
    ['1:30.5', 90.5],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['2024-01-01', '2024-01-01'],
    ['2024-01-01 10:00:00', '2024-01-01 10:00:00'],
    ['!!timestamp 2024-01-01', '2024-01-01'],
    ['!!int "08"', 8],
    ['!!float 3', new Float(3)],
    ['!!bool "no"', false],
    ['!!str 5', '5'],
    ['!!omap [a: 1, b: 2]', [tupleOf(['a', 1]), tupleOf(['b', 2])]],
    ['!!set {a, b}', new Set(['a', 'b'])],
  ])('%s', (text, value) => {
    expect(one(text)).toStrictEqual(value)
  })

  it('reads not-a-number', () => {
    expect(one('.nan')).toBeNaN()
  })
})

describe('documents', () => {
  it.each(['', '\n', '# comment\n', '---\n'])('%j is null', (text) => {
    expect(parseYaml(text, 'test')).toBeNull()
  })

  it('merges', () => {
    expect(parseYaml('a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3', 'test')).toEqual({
      a: { x: 1, y: 2 },
      b: { x: 1, y: 3 },
    })
  })

  it('ends a block scalar where the text ends', () => {
    expect(one('|\n  text')).toBe('text')
    expect(one('|+\n  text')).toBe('text')
    expect(one('|\n  text\n')).toBe('text\n')
  })

  it('takes __proto__ as a key like others', () => {
    const value = parseYaml('__proto__: {admin: true}\nconstructor: 1', 'test') as DataMap
    expect(keysOf(value)).toEqual(['__proto__', 'constructor'])
    expect(hasKey(value, 'admin')).toBe(false)
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })

  it('tells the line of each top-level key', () => {
    const text = '# c\n\na: 1\r\nb:\n  - x\n  - {c: d}\n"q": [1,\n 2]\n? k\n: |\n  x: 1\ne: *nothing'.replace(
      '*nothing',
      '1',
    )
    expect([...parseYamlDocument(text, 'test').lines]).toEqual([
      ['a', 3],
      ['b', 4],
      ['q', 7],
      ['k', 9],
      ['e', 12],
    ])
  })

  it.each(['- a: 1\n- b: 2', 'text', '', '[{a: 1}]'])('has no such lines for %j', (text) => {
    expect(parseYamlDocument(text, 'test').lines.size).toBe(0)
  })
})

describe('refusals', () => {
  it.each([
    ['a: 1\nb:\n  x: 1\n  x: 2', 4, 3, "found conflicting ID 'x'"],
    ['a: 1\n"a": 2', 2, 1, "found conflicting ID 'a'"],
    ['a: !custom x', 1, 4, "could not determine a constructor for the tag '!custom'"],
    [
      'a: !!python/object:os.system x',
      1,
      4,
      "could not determine a constructor for the tag 'tag:yaml.org,2002:python/object:os.system'",
    ],
    ['a: 1\nh: =', 2, 4, "could not determine a constructor for the tag 'tag:yaml.org,2002:value'"],
    ['a: b: c', 1, 5, 'mapping values are not allowed in this context'],
    ['a: - b', 1, 4, 'block sequence entries are not allowed in this context'],
    ['a: @at', 1, 4, 'found character that cannot start any token'],
    ['a: 1\n---\nb: 2', 2, 1, 'but found another document'],
    ['# c\n---\na: 1\n---\nb: 2', 4, 1, 'but found another document'],
    ['a: *nothing', 1, 4, 'found undefined alias: no `&` above gives anything this name'],
  ])('%j', (text, line, column, problem) => {
    expect(() => parseYaml(text, 'x.sls')).toThrow(
      expect.objectContaining({
        code: 'YAML_INVALID',
        message: `x.sls:${line}:${column}: ${problem}`,
        data: { source: 'x.sls', line, column, problem },
      }),
    )
  })

  it('throws nothing but its own error, whatever it reads', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab: -\n\t{}[],!&*|>\'"#%@=~<0x1.') }), (text) => {
        try {
          parseYamlDocument(text, 'test')
        } catch (error) {
          expect(isSaltError(error, 'YAML_INVALID')).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses deep nesting instead of running out of stack', () => {
    expect(() => parseYaml('['.repeat(100_000), 'test')).toThrow(
      expect.objectContaining({ code: 'YAML_INVALID' }),
    )
  })
})

describe('dumpYaml', () => {
  it.each(['0_', '0x_', '-0b__', '0_7', '1:30'])(
    'quotes the text %s, which looks like an integer',
    (text) => {
      expect(dumpYaml([text])).toBe(`- '${text}'\n`)
    },
  )

  it('writes as PyYAML does', () => {
    const value = {
      words: ['yes', 'y', 'null', '1', '0755', '08', '2024-01-01', '1e5', '=', '<<', ''],
      text: {
        colon: 'a: b',
        comment: '#x',
        space: ' x',
        tab: 'x\ty',
        dash: '- a',
        quote: "it's",
        umlaut: 'é',
      },
      lines: 'x\ny',
      empty: [{}, []],
      nested: [[1, 2], [{ a: 1, b: [3] }]],
      none: null,
      flags: [true, false],
      numbers: [1, -1, 1.5, 1e21, 12345678901234567890n, Number.POSITIVE_INFINITY],
    }
    expect(dumpYaml(value)).toBe(`words:
- 'yes'
- y
- 'null'
- '1'
- '0755'
- 08
- '2024-01-01'
- 1e5
- '='
- '<<'
- ''
text:
  colon: 'a: b'
  comment: '#x'
  space: ' x'
  tab: "x\\ty"
  dash: '- a'
  quote: it's
  umlaut: é
lines: 'x

  y'
empty:
- {}
- []
nested:
- - 1
  - 2
- - a: 1
    b:
    - 3
none: null
flags:
- true
- false
numbers:
- 1
- -1
- 1.5
- 1.0e+21
- 12345678901234567890
- .inf
`)
  })

  it('indents as told', () => {
    expect(dumpYaml({ a: { b: [1] } }, { indent: 4 })).toBe('a:\n    b:\n    - 1\n')
  })

  it('writes a value that stands twice twice', () => {
    const shared = { x: 1 }
    expect(dumpYaml({ a: shared, b: shared })).toBe('a:\n  x: 1\nb:\n  x: 1\n')
  })

  it('refuses what is not plain data', () => {
    expect(() => dumpYaml({ a: () => 1 })).toThrow(expect.objectContaining({ code: 'YAML_INVALID' }))
  })

  it('is read back as it was', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
    )
    const words = fc.constantFrom(
      'yes',
      '010',
      '1.0',
      '12:30',
      '~',
      '=',
      '2024-01-01',
      '- ',
      'a: b',
      '\n',
      ' \n ',
      '--- ',
    )
    const { tree } = fc.letrec<{ tree: unknown; node: unknown }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, leaf, words, tie('node')),
      node: fc.oneof(
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        expect(equal(parseYaml(dumpYaml(value), 'test'), value)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('rare YAML', () => {
  const refusal = (text: string) => {
    try {
      return parseYaml(text, 'test')
    } catch (error) {
      return isSaltError(error, 'YAML_INVALID') ? error.message : error
    }
  }

  it('has keys that are no values', () => {
    expect(parseYaml('=: 1\n"<<": 2\n', 'test')).toEqual({ '=': 1, '<<': 2 })
    expect(parseYaml('{=: {=: 1}}', 'test')).toEqual({ '=': { '=': 1 } })
    expect(refusal('a: =')).toContain("constructor for the tag 'tag:yaml.org,2002:value'")
    expect(refusal('- <<')).toContain("constructor for the tag 'tag:yaml.org,2002:merge'")
    expect(refusal('- [a, <<]')).toContain("constructor for the tag 'tag:yaml.org,2002:merge'")
    expect(parseYaml('["=", "<<"]', 'test')).toEqual(['=', '<<'])
  })

  it('has tags that say little', () => {
    expect(one('!!python/unicode x')).toBe('x')
    expect(one('!!null x')).toBe(null)
    expect(one('! 5')).toBe(5)
    expect(one("! '5'")).toBe(5)
    expect(one('!')).toBe('')
    expect(one('!!binary "a*G k="')).toEqual(new Uint8Array(Buffer.from('hi')))
    expect(refusal('v: !!binary a')).toContain('test:1:')
  })

  it('puts what is merged in front, of several maps the last one first, and own keys where they stand', () => {
    const keys = (text: string) => keysOf(parseYaml(text, 'test') as DataMap)
    expect(keys('a: 1\n<<: {b: 2, c: 3}\n')).toEqual(['b', 'c', 'a'])
    expect(keys('x: 1\n<<: [{a: 1}, {b: 2}]\nc: 3\na: 4\n')).toEqual(['b', 'x', 'c', 'a'])
    expect(refusal('<<: [{a: 1}, {a: 2}]\nb: 3\n')).toContain("found conflicting ID 'a'")
    expect(parseYaml('1: a\n<<: {1: b, 2: c}\n', 'test')).toEqual(
      mapOf([
        [2, 'c'],
        [1, 'a'],
      ]),
    )
    expect(refusal('<<: {a: 1}\nb: 1\nb: 2\n')).toContain('found conflicting ID')
  })
})
