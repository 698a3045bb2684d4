// SPDX-License-Identifier: Apache-2.0
import type { Transport } from '@halite/transport'
import { afterEach, beforeEach, describe } from 'vitest'
import type { Bench, Closable } from './compliance/bench.ts'
import { grantTests, publisherTests, returnTests } from './compliance/publications.ts'
import { exchangeTests, refusalTests, serverTests } from './compliance/requests.ts'

/**
 * What every transport promises, as tests. `addressFor` gives an address that nobody uses, and that can be bound, left and
 * bound again.
 */
export function transportCompliance(
  name: string,
  makeTransport: () => Transport,
  addressFor: () => Promise<string>,
): void {
  describe(`transport ${name}`, () => {
    let transport: Transport
    let address: string
    let opened: Closable[]

    beforeEach(async () => {
      transport = makeTransport()
      address = await addressFor()
      opened = []
    })
    afterEach(async () => {
      await Promise.all(opened.map((socket) => socket.close()))
    })

    const bench: Bench = {
      transport: () => transport,
      address: () => address,
      keep: (socket) => {
        opened.push(socket)
        return socket
      },
    }
    exchangeTests(bench)
    serverTests(bench)
    refusalTests(bench)
    grantTests(bench)
    publisherTests(bench)
    returnTests(bench)
  })
}
