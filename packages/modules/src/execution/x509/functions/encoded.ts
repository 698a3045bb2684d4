// SPDX-License-Identifier: Apache-2.0
import { shown } from '../create.ts'
import { pemText } from '../pem.ts'

interface Encoded {
  readonly label: string
  readonly encoding: string
  readonly raw: boolean
}

/** DER in the encoding that is asked for. */
export function encoded(der: Buffer, { label, encoding, raw: isRaw }: Encoded): unknown {
  const isText = encoding === 'pem'
  return shown(isText ? Buffer.from(pemText(label, der)) : der, isText, isRaw)
}
