// SPDX-License-Identifier: Apache-2.0
import { compilePattern } from '@halite/targeting'
import { describe, expect, it } from 'vitest'
import { thrownBy } from './select.ts'

describe('regular expressions', () => {
  it.each([
    ['web', 'web1'],
    ['web\\d+$', 'web12'],
    ['(?i)WEB', 'web1'],
    ['', 'anything'],
    ['a|b', 'bc'],
    ['(?<=x)|y', 'y'],
    ['web\\Z', 'web'],
    ['a{,2}b', 'aab'],
    ['a(?#comment)*b', 'aaab'],
    ['a{1}?b', 'ab'],
    ['\\u0041', 'A'],
    ['\\w+1', 'münchen1'],
    ['line$', 'line\n'],
    ['\\pL+', 'é'],
  ])('%j matches the start of %j', (pattern, text) => {
    expect(compilePattern(pattern)(text)).toBe(true)
  })

  it.each([
    ['eb', 'web1'],
    ['WEB', 'web1'],
    ['^$', 'x'],
    ['line\\Z', 'line\n'],
    ['a{,2}b', 'aaab'],
  ])('%j does not match the start of %j', (pattern, text) => {
    expect(compilePattern(pattern)(text)).toBe(false)
  })

  it.each([
    ['web(?!1)', ['web2', 'web'], ['web1', 'web12']],
    ['(?!web|db)', ['edge'], ['web1', 'db1']],
    ['^((?!prod).)*$', ['web-test', ''], ['web-prod-1']],
    ['(?=.*a)(?=.*b)', ['xaxb', 'ba'], ['xa', 'b']],
    ['.*(?<!-test)\\Z', ['web'], ['web-test']],
    ['(?!x)[a-c]+[^\\W\\d]\\b', ['abcd'], ['abc1', 'xabc']],
    ['(?i)(?!w)[^a]', ['b'], ['A', 'W']],
    ['(?!x)(?i:A)b', ['ab', 'Ab'], ['aB']],
    ['(?!x)(?P<name>a|b){2}$', ['ab'], ['a', 'abb']],
    ['(?m)(?!x)a$\\n^b', ['a\nb'], ['a b']],
    ['(?s)(?!x)a.b', ['a\nb'], ['ab']],
    ['(?!x)a.b', ['a b', 'a😀b'], ['a\nb']],
    ['(?!x)[]a-]{3}', [']-a'], ['abc']],
    ['(?!x)\\x41\\101\\t{0,}?\\.', ['AA.', 'AA\t.'], ['AAx']],
    ['(?!x)a{b}\\{', ['a{b}{'], ['ab']],
    ['(?!x)\\Aa\\B.', ['ab'], ['a.']],
  ])('look-around: %j', (pattern, matching, others) => {
    const matches = compilePattern(pattern)
    expect(matching.filter(matches)).toEqual(matching)
    expect(others.filter(matches)).toEqual([])
  })

  it.each([
    ['[', '"[" without "]"'],
    ['(', '"(" without ")"'],
    ['a)', '")" without "("'],
    ['a)|(b', '")" without "("'],
    ['*', 'repeat of nothing'],
    ['a**', 'repeat of a repeat'],
    ['a{3,2}', 'least is above its most'],
    ['(a)\\1', 'back-reference'],
    ['(?P<n>a)(?P=n)', 'kind that is not supported'],
    ['(a)?(?(1)b|c)', 'kind that is not supported'],
    ['(?x) a', 'flag "x"'],
    ['(?!x)\\y', 'escape that means nothing'],
    ['(?!x)\\U00110000', 'above the last character'],
    ['(?!x)[b-a]', 'invalid range'],
    ['a\\', 'ends with a backslash'],
    ['(?!x)(?#', 'comment without ")"'],
    ['a'.repeat(20_000), 'longer than 16384'],
  ])('refuses %j', (pattern, reason) => {
    expect(thrownBy(() => compilePattern(pattern))).toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining(reason),
    })
  })
})
