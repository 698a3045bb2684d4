// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMinionId, silentLog } from '@halite/core'
import { createContext, type ExecContext, Registry } from '@halite/loader'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

let directory: string
let ctx: ExecContext
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'halite-x509-'))
  ctx = contextOf({})
  await ctx.call('x509.create_private_key', { algo: 'ec', path: at('ca.key') })
  await ctx.call('x509.create_private_key', { algo: 'ed25519', path: at('web.key') })
  await create({ CN: 'ca', basicConstraints: 'critical, CA:true', days_valid: 9, path: at('ca.crt') })
  await create({ CN: 'web', signing_cert: at('ca.crt'), private_key: at('web.key'), path: at('web.crt') })
})
afterAll(() => rmSync(directory, { recursive: true }))

function create(args: Record<string, unknown>): Promise<unknown> {
  return ctx.call('x509.create_certificate', { signing_private_key: at('ca.key'), ...args })
}

describe('keys', () => {
  test('are written closed to others', () => {
    expect(statSync(at('ca.key')).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['pem', 'rsa'],
    ['der', 'ec'],
    ['pkcs12', 'ed448'],
  ])('of a passphrase, as %s', async (encoding, algo) => {
    const key = await ctx.call('x509.create_private_key', { algo, encoding, passphrase: 'open sesame' })
    const size = (passphrase?: string) =>
      ctx.call('x509.get_private_key_size', {
        private_key: key,
        ...(passphrase !== undefined && { passphrase }),
      })
    expect(await size('open sesame')).toBe({ rsa: 2048, ec: 256, ed448: null }[algo])
    await expect(size('wrong')).rejects.toThrow('Bad decrypt - is the password correct?')
    await expect(size()).rejects.toThrow(encoding === 'pkcs12' ? 'Bad decrypt' : 'Private key is encrypted')
  })

  test('a passphrase that a key does not need is said', async () => {
    const call = ctx.call('x509.get_private_key_size', { private_key: at('ca.key'), passphrase: 'x' })
    await expect(call).rejects.toThrow('Private key is unencrypted')
  })
})

describe('certificates', () => {
  test.each(['pem', 'der', 'pkcs7_pem', 'pkcs7_der', 'pkcs12'])('are read as %s', async (encoding) => {
    const isStore = encoding === 'pkcs12'
    const encoded = await ctx.call('x509.encode_certificate', {
      certificate: at('web.crt'),
      encoding,
      ...(encoding !== 'der' && { append_certs: [at('ca.crt')] }),
      ...(isStore && { private_key: at('web.key') }),
    })
    expect(await ctx.call('x509.read_certificate', { certificate: encoded })).toEqual(
      await ctx.call('x509.read_certificate', { certificate: at('web.crt') }),
    )
    expect(await ctx.call('x509.verify_signature', [encoded, at('ca.crt')])).toBe(true)
  })

  test('a changed byte is found', async () => {
    const der = Buffer.from(readFileSync(at('web.crt'), 'latin1').replace(/-----.*-----|\s/g, ''), 'base64')
    const place = der.indexOf('web')
    der.write('vvv', place)
    expect(await ctx.call('x509.verify_signature', [der.toString('base64'), at('ca.crt')])).toBe(false)
  })

  test.each([
    [{ subjectAltName: 'DNS:a_b.example' }, "Codepoint U+005F at position 2 of 'a_b' not allowed"],
    [{ subjectAltName: 'IP:300.1.1.1' }, 'Provided value 300.1.1.1 does not seem to be an IP address'],
    [{ extendedKeyUsage: 'nothing' }, 'Invalid oid: nothing'],
    [{ basicConstraints: 'pathlen:1' }, "Invalid configuration for basicContraints: 'ca'"],
    [{ C: 'Germany' }, "Attribute's length must be >= 2 and <= 2, but it was 7"],
    [{ subject: 'nonsense' }, 'Failed parsing rfc4514 dirName string'],
    [{ digest: 'md5' }, "Invalid value 'md5' for digest."],
    [{ serial_number: 'xyz' }, 'Could not parse serial number xyz'],
    [{ not_after: 'tomorrow' }, "time data 'tomorrow' does not match format"],
    [{ signing_cert: 'web.crt', private_key: 'web.key' }, 'Could not load provided source'],
  ])('%j is refused', async (args, message) => {
    await expect(create(args)).rejects.toThrow(message)
  })

  test('of another key than that of the CA are refused', async () => {
    const args = {
      signing_private_key: at('web.key'),
      signing_cert: at('ca.crt'),
      private_key: at('web.key'),
    }
    await expect(create(args)).rejects.toThrow(
      "Signing private key does not match the certificate's public key",
    )
  })
})

test('an entry of PEM has lines of 64 characters, however it came', async () => {
  const text = readFileSync(at('web.crt'), 'utf8')
  const inOneLine = text.replaceAll('\n', '')
  const entry = await ctx.call('x509.get_pem_entry', { text: inOneLine, pem_type: 'CERTIFICATE' })
  expect(Buffer.from(entry as Uint8Array).toString()).toBe(text)
  const other = ctx.call('x509.get_pem_entry', { text, pem_type: 'X509 CRL' })
  await expect(other).rejects.toThrow('PEM does not contain a single entry of type X509 CRL')
})

describe('hostile data', () => {
  test.each([
    ['an endless length', `308a${'ff'.repeat(10)}`],
    ['a length beyond the end', '3084ffffffff00'],
    ['nested sequences', '3080'.repeat(2000)],
    ['an empty sequence', '3000'],
  ])('%s is no certificate', async (_, certificate) => {
    await expect(ctx.call('x509.read_certificate', { certificate })).rejects.toThrow(
      'Could not deserialize binary data, neither as DER nor PKCS#7, PKCS#12.',
    )
  })

  test('a store that asks for billions of rounds is refused at once', async () => {
    const store = Buffer.from(
      (await ctx.call('x509.create_private_key', {
        algo: 'ec',
        encoding: 'pkcs12',
        passphrase: 'x',
        raw: true,
      })) as Uint8Array,
    )
    const iterations = store.lastIndexOf(Buffer.from('02020800', 'hex'))
    const bomb = Buffer.concat([store.subarray(0, iterations), Buffer.from('02047fffffff', 'hex')])
    bomb.writeUInt16BE(bomb.readUInt16BE(2) + 2, 2)
    const mac = bomb.lastIndexOf(Buffer.from('3041', 'hex'))
    bomb.writeUInt8(0x43, mac + 1)
    const call = ctx.call('x509.get_private_key_size', { private_key: bomb, passphrase: 'x' })
    await expect(call).rejects.toThrow('Could not deserialize binary data')
  })
})

describe('a CA that signs for others', () => {
  const policies = () => ({
    x509_signing_policies: {
      www: {
        minions: 'www*',
        signing_private_key: at('ca.key'),
        signing_cert: at('ca.crt'),
        O: 'Org',
        days_valid: 3,
      },
    },
  })
  const sign = (args: Record<string, unknown>, asks = 'www1') =>
    contextOf(policies()).call('x509.sign_remote_certificate', ['www', args], { __pub_id: asks }) as Promise<{
      data: Uint8Array | null
      errors: string[]
    }>

  test('signs what the policy allows', async () => {
    const public_key = await ctx.call('x509.get_public_key', { key: at('web.key') })
    const { data, errors } = await sign({ public_key, CN: 'www1', O: 'Other' })
    expect(errors).toEqual([])
    const read = await ctx.call('x509.read_certificate', { certificate: data })
    expect(read).toMatchObject({ subject_str: 'CN=www1,O=Org', issuer_str: 'CN=ca' })
  })

  test('refuses a minion that the policy does not name', async () => {
    const { errors } = await sign({}, 'db1')
    expect(errors).toEqual(['minion not permitted to use specified signing policy'])
  })

  test('neither reads nor writes files for others', async () => {
    const path = await sign({ public_key: at('web.crt'), CN: 'x' })
    expect(path.errors).toEqual(['public_key must be sent, and not be a path on the CA server'])
    const public_key = await ctx.call('x509.get_public_key', { key: at('web.key') })
    writeFileSync(at('other.key'), 'x')
    const copy = await sign({
      public_key,
      CN: 'x',
      copypath: directory,
      signing_private_key: at('other.key'),
    })
    expect(copy.errors).toEqual([])
    const listed = (await ctx.fs.list(directory)).filter((name) => !/^(ca|web|other)\.(key|crt)$/.test(name))
    expect(listed).toEqual([])
  })

  test('keeps its keys to itself', async () => {
    const call = contextOf(policies()).call('x509.sign_remote_certificate', ['www', {}, true], {
      __pub_id: 'www1',
    })
    const { data } = (await call) as { data: Record<string, unknown> }
    expect(Object.keys(data).sort()).toEqual(['O', 'days_valid', 'signing_cert'])
  })
})

function contextOf(pillar: Record<string, unknown>): ExecContext {
  return createContext({
    registry: new Registry(manifest, { grains: {}, options: {} }),
    id: parseMinionId('ca1'),
    options: {},
    grains: {},
    pillar,
    log: silentLog,
  })
}
