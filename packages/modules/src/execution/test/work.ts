// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'

const hashArguments = {
  size: arg.integer('The largest number that is hashed.').default(9_999_999_999),
  hash_type: arg.string('The hash; default the option ``hash_type``.').optional(),
}

/** The functions of `test` that wait, compute, or make something up. */
export const workFunctions = {
  sleep: fn({
    doc: 'Wait, then return ``True``.',
    examples: ["salt '*' test.sleep 20"],
    args: { length: arg.seconds('How many seconds.') },
    run: (ctx, { length }) => sleep(length, ctx.signal),
  }),
  rand_sleep: fn({
    doc: 'Wait a random whole number of seconds, then return ``True``.',
    examples: ["salt '*' test.rand_sleep 60"],
    args: { max: arg.seconds('The most seconds to wait.').default(60) },
    run: async (ctx, { max }) => {
      const { randomInt } = await import('node:crypto')
      return sleep(randomInt(Math.floor(max) + 1), ctx.signal)
    },
  }),
  tty: fn({
    doc: 'Write a text to a terminal of the minion. The older name of ``cmd.tty``.',
    examples: ["salt '*' test.tty tty0 'This is a test'"],
    args: {
      device: arg.string('The terminal: ``tty0``, ``pts3``.'),
      echo: arg.string('The text.').default(''),
    },
    run: (ctx, args) => ctx.call('cmd.tty', args),
  }),
  fib: fn({
    doc: 'Return a Fibonacci number and the seconds it took to compute. A number beyond 64 bits is returned as text.',
    examples: ["salt '*' test.fib 3"],
    args: { num: arg.integer('Which one; 0 and 1 are themselves.') },
    run: (ctx, { num }) => timed(() => wireInteger(fibonacci(num, ctx.signal))),
  }),
  collatz: fn({
    doc: 'Return the Collatz sequence from a number down to 1, without the 1, and the seconds it took to compute.',
    examples: ["salt '*' test.collatz 3"],
    args: { start: arg.integer('Where it starts; 1 or more.') },
    run: (_ctx, { start }) => timed(() => collatz(start)),
  }),
  rand_str: fn({
    doc: 'Return the hash of a random number. The older name of ``test.random_hash``.',
    examples: ["salt '*' test.rand_str"],
    args: hashArguments,
    inline: true,
    run: (ctx, { size, hash_type }) => randomHash(size, hash_type ?? defaultHash(ctx.options)),
  }),
  random_hash: fn({
    doc: 'Return the hash of a random number, in hexadecimal digits.',
    examples: ["salt '*' test.random_hash", "salt '*' test.random_hash hash_type=sha512"],
    args: hashArguments,
    inline: true,
    run: (ctx, { size, hash_type }) => randomHash(size, hash_type ?? defaultHash(ctx.options)),
  }),
}

/** Keeps the process alive while it waits: under `salt-call` nothing else does. */
async function sleep(seconds: number, signal: AbortSignal): Promise<true> {
  await delay(seconds * 1000, undefined, { signal })
  return true
}

function timed<T>(compute: () => T): [T, number] {
  const start = performance.now()
  const value = compute()
  return [value, (performance.now() - start) / 1000]
}

function fibonacci(index: number, signal: AbortSignal): bigint {
  let [current, next] = [0n, 1n]
  if (index < 2) return BigInt(index)
  for (let step = 0; step < index; step++) {
    signal.throwIfAborted()
    ;[current, next] = [next, current + next]
  }
  return current
}

/** An integer in the form in which it can travel: msgpack's integers end at 64 bits. */
function wireInteger(value: bigint): number | bigint | string {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  return value === BigInt.asUintN(64, value) ? value : String(value)
}

function collatz(start: number): number[] {
  if (start < 1) throw new SaltError('ARGUMENTS_INVALID', `start must be 1 or more, not ${start}`)
  const steps: number[] = []
  for (let at = start; at !== 1; at = at % 2 === 0 ? at / 2 : at * 3 + 1) steps.push(at)
  return steps
}

function defaultHash(options: Readonly<Record<string, unknown>>): string {
  const { hash_type: hash } = options
  return typeof hash === 'string' ? hash : 'sha256'
}

async function randomHash(size: number, type: string): Promise<string> {
  // Late, since a ping loads this file too.
  const { createHash, getHashes, randomInt } = await import('node:crypto')
  if (!getHashes().includes(type)) {
    throw new SaltError('ARGUMENTS_INVALID', `hash_type '${type}' is not known here`, {
      hint: 'Try sha256 or sha512.',
    })
  }
  if (size < 0) throw new SaltError('ARGUMENTS_INVALID', `size must be 0 or more, not ${size}`)
  return createHash(type)
    .update(String(randomInt(size + 1)))
    .digest('hex')
}
