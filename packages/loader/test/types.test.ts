// SPDX-License-Identifier: Apache-2.0
import { expectTypeOf, test } from 'vitest'
import { arg, bind, defineModule, type Fn, fn, type Input } from '../src/index.ts'

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
