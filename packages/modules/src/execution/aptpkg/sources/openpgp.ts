// SPDX-License-Identifier: Apache-2.0

/** The facts of a public key, or of one of its subkeys, by Salt's names. */
export type KeyFacts = Record<string, unknown>

const armor =
  /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\n]+\n)*?\r?\n([\s\S]*?)\r?\n(?:=[\w+/]{4}\r?\n)?-----END PGP/g

/** Keys in binary form: ASCII armour is decoded, other data is returned unchanged. */
export function withoutArmor(data: Buffer): Buffer {
  if (!data.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) return data
  const blocks = [...data.toString('latin1').matchAll(armor)]
  return Buffer.concat(blocks.map(([, body]) => Buffer.from(body ?? '', 'base64')))
}

/** Key id → facts, from the records that `gpg --with-colons` prints. A subkey is part of its key. */
export function keysIn(records: string): Record<string, KeyFacts> {
  const keys: KeyFacts[] = []
  let current: KeyFacts = {}
  for (const line of records.split('\n')) {
    const fields = line.split(':')
    if (fields[0] === 'pub') {
      current = keyFacts(fields)
      keys.push(current)
    } else if (fields[0] === 'sub') {
      current = keyFacts(fields)
      Object.assign(keys.at(-1) ?? {}, { subkey: current })
    } else if (fields[0] === 'fpr') current['fingerprint'] = fields[9]
    else if (fields[0] === 'uid') Object.assign(keys.at(-1) ?? {}, { uid: fields[9], uid_hash: fields[7] })
  }
  return Object.fromEntries(keys.map((key) => [key['keyid'], key]))
}

function keyFacts(fields: readonly string[]): KeyFacts {
  return {
    algorithm: fieldValue(fields[3]),
    bits: fieldValue(fields[2]),
    capability: fieldValue(fields[11]),
    date_creation: fieldValue(fields[5]),
    date_expiration: fieldValue(fields[6]),
    keyid: fields[4],
    validity: fieldValue(fields[1]),
  }
}

/** Decimal digits are a number, and an empty field is null. */
function fieldValue(field: string | undefined): string | number | null {
  const text = field?.trim() ?? ''
  if (text === '') return null
  return /^[+-]?\d+$/.test(text) ? Number(text) : text
}
