// SPDX-License-Identifier: Apache-2.0
import { expectTypeOf, test } from 'vitest'
import {
  arg,
  bind,
  defineModule,
  type Fn,
  failed,
  fn,
  type Input,
  type SiteFactory,
  signature,
} from '../src/index.ts'

/* Compiled by the test of the type inference (packages/loader/test/inference.test.ts); vitest alone checks no types. */

test('run sees the declared types', () => {
  const args = {
    name: arg.string('.'),
    version: arg.string('.').optional(),
    refresh: arg.boolean('.').default(false),
    retries: arg.integer('.').default(3),
    pkgs: arg.list('.', arg.string('.')).optional(),
    mode: arg.choice('.', ['fast', 'safe']).default('fast'),
    extra: arg.any('.').optional(),
    args: arg.rest('.', arg.integer('.')),
    kwargs: arg.keywords('.'),
  }
  const install = fn({
    doc: 'Install.',
    args,
    run: (ctx, given) => {
      expectTypeOf(ctx.id).toExtend<string>()
      expectTypeOf(given.name).toEqualTypeOf<string>()
      expectTypeOf(given.version).toEqualTypeOf<string | undefined>()
      expectTypeOf(given.refresh).toEqualTypeOf<boolean>()
      expectTypeOf(given.retries).toEqualTypeOf<number>()
      expectTypeOf(given.pkgs).toEqualTypeOf<readonly string[] | undefined>()
      expectTypeOf(given.mode).toEqualTypeOf<'fast' | 'safe'>()
      expectTypeOf(given.extra).toEqualTypeOf<unknown>()
      expectTypeOf(given.args).toEqualTypeOf<readonly number[]>()
      expectTypeOf(given.kwargs).toEqualTypeOf<Readonly<Record<string, unknown>>>()
      // @ts-expect-error: not declared
      given.missing
      return given.name.length
    },
  })
  expectTypeOf(bind('pkg.install', install, ['vim']).mode).toEqualTypeOf<'fast' | 'safe'>()
  expectTypeOf<{ name: string }>().toExtend<Input<typeof args>>()
  expectTypeOf<{ version: string }>().not.toExtend<Input<typeof args>>()
})

test('a module keeps the types of its functions', () => {
  const module = defineModule({
    name: 'demo',
    doc: 'Demo.',
    functions: { ping: fn({ doc: 'Ping.', run: () => true }) },
  })
  expectTypeOf(module.functions.ping).toExtend<Fn>()
  expectTypeOf(module.functions.ping.run).returns.toEqualTypeOf<boolean | Promise<boolean>>()
})

test('a provider sees the arguments of the contract and its own, and returns what the contract says', () => {
  const install = signature<Record<string, string>>()({
    doc: 'Install.',
    args: { name: arg.string('.'), refresh: arg.boolean('.').default(false), more: arg.rest('.') },
  })
  const extended = install.extend({ fromrepo: arg.string('.').optional() }, (ctx, given) => {
    expectTypeOf(ctx.id).toExtend<string>()
    expectTypeOf(given.name).toEqualTypeOf<string>()
    expectTypeOf(given.refresh).toEqualTypeOf<boolean>()
    expectTypeOf(given.fromrepo).toEqualTypeOf<string | undefined>()
    // @ts-expect-error: not declared
    given.missing
    return given.refresh ? { vim: '9' } : failed('no', 1)
  })
  expectTypeOf(extended).toExtend<Fn>()
  install.implement(async () => ({ vim: '9' }))
  // @ts-expect-error: not what the contract says it returns
  install.implement(() => 9)
  expectTypeOf(() => [
    // @ts-expect-error: a required argument would change the places of the others
    install.extend({ fromrepo: arg.string('.') }, () => ({})),
    // @ts-expect-error: the signature has it already
    install.extend({ name: arg.string('.').optional() }, () => ({})),
  ]).toBeFunction()
})

test('the factory of a site module is given typed parts', () => {
  const factory: SiteFactory = ({ defineModule: define, fn: declare, arg: declared, contract }) =>
    define({
      name: 'own',
      doc: 'Own.',
      functions: {
        first: declare({
          doc: 'First.',
          args: { list: declared.list('.', declared.integer('.')) },
          run: (_ctx, { list }) => {
            expectTypeOf(list).toEqualTypeOf<readonly number[]>()
            return list[0]
          },
        }),
        version: contract('pkg')['version']?.implement(() => '1') ?? declare({ doc: '.', run: () => '' }),
      },
    })
  expectTypeOf(factory).returns.toEqualTypeOf<unknown>()
})
