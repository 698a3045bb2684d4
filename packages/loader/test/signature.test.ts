// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { arg, bind, type Fn, moduleProblem, signature } from '../src/index.ts'

const install = signature<string>()({
  doc: 'Install packages.',
  examples: ["salt '*' pkg.install vim"],
  args: {
    name: arg.string('Package.'),
    refresh: arg.boolean('Refresh first.').default(false),
    kwargs: arg.keywords('More.'),
  },
  outputter: 'txt',
})

/** What the arguments of a call become. */
function bound(fn: Pick<Fn, 'args'>, ...wire: unknown[]) {
  return bind('pkg.install', fn, wire)
}

test('a provider that adds nothing has the text and the arguments of the contract', () => {
  const fn = install.implement((_ctx, { name }) => name)
  const { doc, examples, args, outputter } = install
  expect(fn).toMatchObject({ doc, examples, args, outputter, inline: false })
  expect(fn.run(undefined as never, { name: 'vim', refresh: false, kwargs: {} })).toBe('vim')
})

test('arguments of a provider come behind the others and before those that collect', () => {
  const fn = install.extend(
    { fromrepo: arg.string('Repository.').optional() },
    (_ctx, { fromrepo = '' }) => fromrepo,
  )
  expect(Object.keys(fn.args)).toEqual(['name', 'refresh', 'fromrepo', 'kwargs'])
  expect(bound(fn, 'vim', true, 'backports')).toEqual({
    name: 'vim',
    refresh: true,
    fromrepo: 'backports',
    kwargs: {},
  })
  expect(moduleProblem('execution', { name: 'a', doc: '', functions: { install: fn } })).toBeUndefined()
})

describe('a provider in plain JavaScript is refused', () => {
  const wrong = {
    'argument name belongs to the signature already': { name: arg.string('.').optional() },
    'argument own must not be required: other providers lack it': { own: arg.string('.') },
    'argument own collects: only a signature may': { own: arg.rest('.') },
  }
  test.each(Object.entries(wrong))('%s', (message, own) => {
    expect(() => install.extend(own as never, () => '')).toThrow(new TypeError(message))
  })
})
