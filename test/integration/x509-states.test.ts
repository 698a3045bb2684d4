// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(async () => {
  machine = new Masterless().write({ 'w/.keep': '' })
  await machine.call('x509.create_private_key', [{ __kwarg__: true, algo: 'ec', path: at('ca.key') }])
})
afterEach(() => machine[Symbol.dispose]())

const at = (name: string) => machine.path(`w/${name}`)

/** Runs one state; its own result, and what `file.managed` did for it. */
async function single(fun: string, name: string, args: Record<string, unknown>, isTest = false) {
  const list = Object.entries(args).map(([key, value]) => ({ [key]: value }))
  machine.write({ 'roots/one.sls': `#!json\n${JSON.stringify({ [at(name)]: { [`x509.${fun}`]: list } })}` })
  const rows = resultsOf(await machine.call('state.apply', ['one', { __kwarg__: true, test: isTest }]))
  const row = (module: string) =>
    rows.find((one) => typeof one !== 'string' && one.key.startsWith(`${module}_|-`))
  return { own: row('x509') as ShortResult, file: row('file') as ShortResult }
}

const ca = () => ({ signing_private_key: at('ca.key'), CN: 'ca', basicConstraints: 'critical, CA:true' })

describe('x509.private_key_managed', () => {
  test('makes a key that nobody else can read, and keeps it', async () => {
    const args = { algo: 'ed25519' }
    const tried = await single('private_key_managed', 'a.key', args, true)
    expect(tried.own).toMatchObject({
      result: null,
      changes: { created: at('a.key') },
      comment: 'The private key would have been created',
    })
    const made = await single('private_key_managed', 'a.key', args)
    expect(made.own).toMatchObject({ result: true, comment: 'The private key has been created' })
    expect(made.file).toMatchObject({ changes: { diff: 'New file', mode: '0400' } })
    expect(lstatSync(at('a.key')).mode & 0o777).toBe(0o400)
    const key = readFileSync(at('a.key'), 'utf8')
    const again = await single('private_key_managed', 'a.key', args)
    expect(again.own).toMatchObject({ changes: {}, comment: 'The private key is in the correct state' })
    expect(readFileSync(at('a.key'), 'utf8')).toBe(key)
  })

  test('keeps the key when only its encoding or passphrase changes', async () => {
    await single('private_key_managed', 'a.key', { algo: 'ec' })
    const size = () => machine.call('x509.get_public_key', [at('a.key'), 'secret'])
    const before = await machine.call('x509.get_public_key', [at('a.key')])
    const changed = await single('private_key_managed', 'a.key', {
      algo: 'ec',
      encoding: 'pkcs12',
      passphrase: 'secret',
    })
    expect(changed.own).toMatchObject({ changes: { encoding: 'pkcs12', passphrase: true }, result: true })
    expect((await size()).return).toBe(before.return)
  })

  test('does not replace what is no key unless it may', async () => {
    machine.write({ 'w/a.key': 'precious\n' })
    const refused = await single('private_key_managed', 'a.key', {})
    expect(refused.own).toMatchObject({ result: false, changes: {} })
    expect(refused.own.comment).toContain('Pass overwrite: true to force regeneration')
    expect(readFileSync(at('a.key'), 'utf8')).toBe('precious\n')
    const allowed = await single('private_key_managed', 'a.key', { overwrite: true, algo: 'ec' })
    expect(allowed.own).toMatchObject({ result: true, comment: 'The private key has been recreated' })
  })
})

describe('x509.certificate_managed', () => {
  test('is made again when it says something else, and before it expires', async () => {
    await single('certificate_managed', 'ca.crt', ca())
    expect((await single('certificate_managed', 'ca.crt', ca())).own.changes).toEqual({})
    const other = await single('certificate_managed', 'ca.crt', {
      ...ca(),
      CN: 'other',
      keyUsage: 'cRLSign',
      digest: 'sha512',
    })
    expect(other.own).toMatchObject({
      comment: 'The certificate has been recreated',
      changes: {
        digest: 'sha512',
        subject_name: 'CN=other',
        issuer_name: 'CN=other',
        extensions: { added: ['keyUsage'], changed: [], removed: [] },
      },
    })
    const short = await single('certificate_managed', 'ca.crt', { ...ca(), days_remaining: 9999 }, true)
    expect(short.own).toMatchObject({ result: null, changes: { expiration: true } })
  })

  test('is written through a link, or in its place', async () => {
    machine.write({ 'w/real.crt': '' })
    symlinkSync(at('real.crt'), at('link.crt'))
    await single('certificate_managed', 'link.crt', ca())
    expect(lstatSync(at('link.crt')).isSymbolicLink()).toBe(true)
    expect(readFileSync(at('real.crt'), 'utf8')).toContain('BEGIN CERTIFICATE')
    const args = { ...ca(), follow_symlinks: false, encoding: 'der' }
    expect((await single('certificate_managed', 'link.crt', args)).own.changes).toEqual({
      created: at('link.crt'),
      replaced: at('link.crt'),
    })
    expect(lstatSync(at('link.crt')).isFile()).toBe(true)
  })

  test('that the file cannot hold is a failure that says so', async () => {
    const { own, file } = await single('certificate_managed', 'no/such/dir.crt', ca())
    expect(own).toMatchObject({
      result: false,
      changes: {},
      comment: 'Could not create file, see file.managed output',
    })
    expect(file).toMatchObject({ result: false, comment: 'Parent directory not present' })
  })
})

test('x509.csr_managed and crl_managed keep what is as asked', async () => {
  await single('certificate_managed', 'ca.crt', ca())
  const request = { private_key: at('ca.key'), CN: 'web', subjectAltName: 'DNS:web.example' }
  expect((await single('csr_managed', 'w.csr', request)).own.comment).toBe(
    'The certificate signing request has been created',
  )
  expect((await single('csr_managed', 'w.csr', request)).own.changes).toEqual({})
  const list = {
    signing_private_key: at('ca.key'),
    signing_cert: at('ca.crt'),
    revoked: [{ serial_number: '0A' }],
    extensions: { cRLNumber: 'auto' },
  }
  await single('crl_managed', 'ca.crl', list)
  expect((await single('crl_managed', 'ca.crl', list)).own.changes).toEqual({})
  const more = await single('crl_managed', 'ca.crl', { ...list, revoked: [{ serial_number: '0B' }] })
  expect(more.own.changes).toEqual({ revocations: { added: ['0B'], changed: [], removed: ['0A'] } })
  const read = await machine.call('x509.read_crl', [at('ca.crl')])
  expect(read.return).toMatchObject({ extensions: { cRLNumber: { value: 2 } } })
})

test('x509.pem_managed writes lines of 64 characters', async () => {
  const body = 'QUJD'.repeat(40)
  const text = `-----BEGIN X509 CRL-----${body}-----END X509 CRL-----`
  await machine.call('state.single', ['x509.pem_managed', at('p.pem'), { __kwarg__: true, text }])
  expect(readFileSync(at('p.pem'), 'utf8').split('\n')[1]).toHaveLength(64)
})
