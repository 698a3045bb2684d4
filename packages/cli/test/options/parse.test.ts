// SPDX-License-Identifier: Apache-2.0
import { defaultConfigDir, isSaltError, optionRows } from '@halite/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { defineTool } from '../../src/options/option.ts'
import { configOverrides, parseCommandLine } from '../../src/options/parse.ts'
import { saltTool } from '../../src/options/salt.ts'
import { saltCallTool } from '../../src/options/salt-call.ts'
import { saltCpTool } from '../../src/options/salt-cp.ts'
import { saltKeyTool } from '../../src/options/salt-key.ts'
import { saltMasterTool } from '../../src/options/salt-master.ts'
import { saltMinionTool } from '../../src/options/salt-minion.ts'
import { saltRunTool } from '../../src/options/salt-run.ts'

const env = {}
const salt = (...argv: string[]) => parseCommandLine(saltTool, argv, { env })

describe('a command line', () => {
  it('gives defaults and all words when it has no options', () => {
    const { options, words, given } = salt('*', 'test.ping')
    expect(words).toStrictEqual(['*', 'test.ping'])
    expect(given.size).toBe(0)
    expect(options).toMatchObject({
      static: false,
      delimiter: ':',
      configDir: defaultConfigDir({}),
      noParse: [],
    })
    expect(options.timeout).toBeUndefined()
  })

  it.each([
    [['-t', '15', '*', 'test.ping']],
    [['-t15', '*', 'test.ping']],
    [['--timeout=15', '*', 'test.ping']],
    [['--timeout', '15', '*', 'test.ping']],
    [['*', '-t', '15', 'test.ping']],
    [['*', 'test.ping', '-t', '15']],
    [['--timeo=15', '*', 'test.ping']],
  ])('reads %j', (argv) => {
    const { options, words } = salt(...argv)
    expect(options.timeout).toBe(15)
    expect(words).toStrictEqual(['*', 'test.ping'])
  })

  it('takes joined short flags apart, the last of which may have a value', () => {
    const { options } = parseCommandLine(saltKeyTool, ['-yA'], { env })
    expect(options).toMatchObject({ yes: true, acceptAll: true })
    expect(parseCommandLine(saltKeyTool, ['-yd', 'old*'], { env }).options.delete).toBe('old*')
    expect(parseCommandLine(saltKeyTool, ['-ydold*'], { env }).options.delete).toBe('old*')
  })

  it('ends options at --', () => {
    const { options, words } = salt('-v', '*', 'test.echo', '--', '-v', '--out')
    expect(options.verbose).toBe(true)
    expect(words).toStrictEqual(['*', 'test.echo', '-v', '--out'])
  })

  it.each([
    [['--subset=-1', '*', 'test.ping'], 'option --subset: -1 is less than 0'],
    [['-b', '1', '--batch-wait', '-0.5', '*', 'test.ping'], 'option --batch-wait: -0.5 is less than 0'],
  ])('refuses %j', (argv, message) => {
    expect(() => salt(...argv)).toThrow(message)
  })

  it('says which words a tool without any ignores', () => {
    const { options, ignored } = parseCommandLine(saltKeyTool, ['-a', 'web1', 'web2', 'web3'], { env })
    expect(options.accept).toBe('web1')
    expect(ignored).toStrictEqual([
      "'web2', 'web3' is ignored: several keys are one word, web1,web2, or a pattern in quotes",
    ])
    expect(parseCommandLine(saltMinionTool, ['-d', 'x'], { env }).ignored).toHaveLength(1)
    expect(parseCommandLine(saltMasterTool, ['-d'], { env }).ignored).toStrictEqual([])
  })

  it('takes a lone dash for a word', () => {
    expect(salt('*', 'test.echo', '-').words).toStrictEqual(['*', 'test.echo', '-'])
  })

  it('takes the next word as value even when it begins with a dash', () => {
    expect(salt('--out-indent', '-1').options.outIndent).toBe(-1)
    expect(salt('--out-indent=-1').options.outIndent).toBe(-1)
  })

  it('lets the last value win, and collects where a list is meant', () => {
    expect(salt('-t', '1', '-t', '2').options.timeout).toBe(2)
    expect(salt('--no-parse=a, b,').options.noParse).toStrictEqual(['a', 'b'])
    const { options } = parseCommandLine(saltCallTool, ['-m', '/a', '-m', '/b'], { env })
    expect(options.moduleDirs).toStrictEqual(['/a', '/b'])
  })

  it('knows both spellings', () => {
    expect(salt('--output=json').options.out).toBe('json')
    expect(salt('--no-colour').options.noColor).toBe(true)
    expect(salt('--no-col').options.noColor).toBe(true)
  })

  it('stops at --help, as what follows does not matter', () => {
    expect(salt('--help', '--nonsense').options.help).toBe(true)
    expect(salt('-vh', '--nonsense').options).toMatchObject({ verbose: true, help: true })
  })

  it('takes defaults from the environment', () => {
    const of = (...argv: string[]) =>
      parseCommandLine(saltTool, argv, { env: { SALT_CONFIG_DIR: '/x', SALT_NO_PARSE: 'v' } })
    expect(of().options).toMatchObject({ configDir: '/x', noParse: ['v'] })
    expect(of('-c', '/y').options.configDir).toBe('/y')
  })

  it('reads the words of --args-stdin as a second line', () => {
    const { options, words } = parseCommandLine(saltTool, ['*', '--', 'test.echo'], {
      env,
      more: ['-v', 'a b'],
    })
    expect(options.verbose).toBe(true)
    expect(words).toStrictEqual(['*', 'test.echo', 'a b'])
  })

  it('is typed by the table', () => {
    const { options } = salt()
    expectTypeOf(options.timeout).toEqualTypeOf<number | undefined>()
    expectTypeOf(options.delimiter).toEqualTypeOf<string>()
    expectTypeOf(options.static).toEqualTypeOf<boolean>()
    expectTypeOf(options.noParse).toEqualTypeOf<readonly string[]>()
  })
})

describe('a wrong command line', () => {
  it.each([
    [['--foo'], 'no such option: --foo'],
    [['--foo=1'], 'no such option: --foo'],
    [['-vZ'], 'no such option: -Z'],
    [['-1'], 'no such option: -1'],
    [['-t'], '-t option requires 1 argument'],
    [['--timeout'], '--timeout option requires 1 argument'],
    [['--timeo'], '--timeout option requires 1 argument'],
    [['-t', 'abc'], "option -t: invalid integer value: 'abc'"],
    [['--timeout='], "option --timeout: invalid integer value: ''"],
    [['-t=5'], "option -t: invalid integer value: '=5'"],
    [['--static=1'], '--static option does not take a value'],
    [['--out-'], 'ambiguous option: --out- (--out-file, --out-file-append, --out-indent?)'],
  ])('%j: %s', (argv, message) => {
    expect(failure(() => salt(...argv))).toMatchObject({ code: 'USAGE', exitCode: 64, message })
  })

  it('lists the choices', () => {
    const message = /^option -l: invalid choice: 'loud' \(choose from 'all', 'garbage', .*'quiet'\)$/
    expect(failure(() => salt('-l', 'loud')).message).toMatch(message)
  })

  it('names the option that was meant', () => {
    expect(failure(() => salt('--timout=3')).hint).toBe('Did you mean --timeout?')
  })
})

describe('what the command line overrides in the configuration', () => {
  it('is only what was typed and has a key there', () => {
    expect(configOverrides(saltTool, salt('-t', '7', '--out=json', '-v', '*'))).toStrictEqual({
      timeout: 7,
      output: 'json',
    })
    expect(configOverrides(saltTool, salt('*'))).toStrictEqual({})
  })
})

describe.each([saltTool, saltCallTool, saltKeyTool, saltRunTool, saltCpTool, saltMasterTool, saltMinionTool])(
  'the table of $name',
  (tool) => {
    it('uses no name twice', () => {
      const names = Object.values(tool.options).flatMap((option) => [
        ...option.names,
        ...('short' in option ? [option.short] : []),
      ])
      expect(new Set(names).size).toBe(names.length)
    })

    it('overrides only what the configuration knows', () => {
      const known = new Set([...optionRows('master').keys(), ...optionRows('minion').keys()])
      const keys = Object.values(tool.options).flatMap((option) =>
        'config' in option ? [option.config] : [],
      )
      expect(keys.filter((key) => !known.has(key))).toStrictEqual([])
    })

    it('ends its docs with a full stop', () => {
      for (const option of Object.values(tool.options)) expect(option.doc).toMatch(/[.]$/)
    })
  },
)

it('a table of one row works', () => {
  const tool = defineTool({
    name: 'one',
    usage: '',
    doc: '',
    options: {
      n: { names: ['n'], type: 'integer', value: 'N', default: 3, group: 'General options', doc: '' },
    },
    examples: [],
  })
  const { options } = parseCommandLine(tool, [])
  expectTypeOf(options.n).toEqualTypeOf<number>()
  expect(options.n).toBe(3)
})

function failure(action: () => unknown): {
  code: string
  exitCode: number
  message: string
  hint: string | undefined
} {
  try {
    action()
  } catch (error) {
    if (isSaltError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
