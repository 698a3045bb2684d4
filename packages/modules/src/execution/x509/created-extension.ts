// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import type { Certificate } from './certificate.ts'
import type { Extension } from './extension.ts'

/** What the value of an extension can follow from. */
export interface ExtensionSources {
  readonly subjectKey?: KeyObject
  readonly issuer?: Certificate | undefined
  /** The key that signs, where there is no certificate of it yet. */
  readonly issuerKey?: KeyObject | undefined
}

/** An extension without its number. */
export type Made = Omit<Extension, 'oid'>

/** Makes an extension of what an argument says. */
export type Create = (value: unknown, sources: ExtensionSources) => Made
