// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { type LookUp, resolveHost } from '../src/resolve-host.ts'

const never = new AbortController().signal
const four = '192.0.2.1'
const six = '2001:db8::1'

describe('the address of a master', () => {
  test.each(['192.0.2.7', '2001:db8::7', 'fe80::1%lo'])(
    '%s is its own answer, and nobody is asked',
    async (address) => {
      const lookUp = () => Promise.reject(new Error('asked'))
      expect(await resolveHost(address, { ipv6: false, signal: never }, lookUp)).toBe(address)
    },
  )

  test.each([
    { found: [six, four], ipv6: false, address: four },
    { found: [four, six], ipv6: true, address: six },
    { found: [six], ipv6: false, address: six },
    { found: [four], ipv6: true, address: four },
  ])('of $found with ipv6: $ipv6 is $address', async ({ found, ipv6, address }) => {
    expect(await resolveHost('master.test', { ipv6, signal: never }, async () => found)).toBe(address)
  })

  test.each([
    { lookUp: failing('ENOTFOUND'), reason: 'there is no such name' },
    { lookUp: failing('EAI_AGAIN'), reason: 'no name server answers' },
    { lookUp: failing('EOTHER'), reason: 'EOTHER' },
    { lookUp: async () => [], reason: 'it has no address' },
  ])('that cannot be found is MASTER_UNRESOLVED: $reason', async ({ lookUp, reason }) => {
    const attempt = resolveHost('master.test', { ipv6: false, signal: never }, lookUp)
    await expect(attempt).rejects.toMatchObject({ code: 'MASTER_UNRESOLVED' })
    await expect(attempt).rejects.toThrow(`master master.test does not resolve: ${reason}`)
  })

  test('is not waited for when the signal aborts', async () => {
    const stop = new AbortController()
    const lookUp: LookUp = (_host, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('killed'))))
    const attempt = resolveHost('master.test', { ipv6: false, signal: stop.signal }, lookUp)
    stop.abort(new Error('enough'))
    await expect(attempt).rejects.toThrow('enough')
    await expect(resolveHost('b.test', { ipv6: false, signal: stop.signal }, lookUp)).rejects.toThrow(
      'enough',
    )
  })

  test('comes from the hosts file of the machine', async () => {
    expect(await resolveHost('localhost', { ipv6: false, signal: never })).toMatch(/^(127\.|::1$)/)
  })

  test.each(['--help', '-V', 'a b', '', '*', '$(id)'])(
    'is not found in the text %j',
    async (host) => {
      const attempt = resolveHost(host, { ipv6: false, signal: AbortSignal.timeout(20_000) })
      await expect(attempt).rejects.toMatchObject({ code: 'MASTER_UNRESOLVED' })
    },
    30_000,
  )
})

function failing(code: string): LookUp {
  return () => Promise.reject(Object.assign(new Error(code), { code }))
}
