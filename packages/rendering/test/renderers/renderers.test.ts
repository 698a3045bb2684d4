// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Float, findProgram, run, toPlain } from '@halite/core'
import type { Renderer } from '@halite/loader'
import { type PipeRequest, RenderPipe, TemplateEngine } from '@halite/rendering'
import { gpg, js } from '@halite/rendering/renderers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const known = new Map<string, Renderer>([gpg, js].map((renderer) => [renderer.name, renderer]))
const pipe = new RenderPipe(new TemplateEngine(), { find: async (name) => known.get(name) })

async function data(text: string, options: Partial<PipeRequest> = {}): Promise<unknown> {
  return (await pipe.render({ name: 'web.sls', context: {}, ...options, text })).data
}

describe('toml', () => {
  it('gives data of the right types', async () => {
    const text =
      '#!toml\na = 1\nb = 1.0\nc = 9007199254740993\nd = 1979-05-27\n[e]\nf = [true, "x"]\n[[g]]\nh = 1.5\n'
    expect(await data(text)).toEqual({
      ...{ a: 1, b: new Float(1), c: 9007199254740993n, d: '1979-05-27' },
      ...{ e: { f: [true, 'x'] }, g: [{ h: 1.5 }] },
    })
  })

  it('says where it cannot be read', async () => {
    await expect(data('#!toml\na = \n')).rejects.toMatchObject({ code: 'RENDER_FAILED', data: { line: 2 } })
  })
})

describe('js', () => {
  it('calls the default export with the names of a template', async () => {
    const text = '#!js\nexport default ({ grains, sls }) => ({ [grains.os]: sls })\n'
    expect(await data(text, { sls: 'web', context: { grains: { os: 'Debian' } } })).toEqual({ Debian: 'web' })
    expect(await data("#!js\nimport { posix } from 'node:path'\nexport default [posix.sep]\n")).toEqual(['/'])
    expect(await data('#!jinja|js\nexport default {{ n }}\n', { context: { n: 5 } })).toBe(5)
  })

  it('reaches no file beside it, and says what is wrong', async () => {
    await expect(data("#!js\nimport './x.js'\nexport default 1\n")).rejects.toThrow(/web\.sls: .*\.\/x\.js/)
    await expect(data('#!js\nexport default (\n')).rejects.toThrow(/web\.sls: Unexpected/)
    await expect(data('#!js\nlet x = 1\n')).rejects.toThrow(/web\.sls: it has no default export/)
    await expect(data("#!js\nexport default () => { throw new Error('no') }\n")).rejects.toThrow(
      /web\.sls: no/,
    )
  })

  it('is not there for whoever does not hand it in', async () => {
    const pure = new RenderPipe(new TemplateEngine())
    await expect(
      pure.render({ name: 'a.sls', context: {}, text: '#!js\nexport default 1\n' }),
    ).rejects.toThrow(/'js' cannot be used: known are jinja, json, text, toml, yaml/)
  })
})

const hasGpg = findProgram('gpg') !== undefined

describe('gpg', () => {
  let home: string
  let secret: string

  beforeAll(async () => {
    if (!hasGpg) return
    home = mkdtempSync(join(tmpdir(), 'gpg-'))
    const base = ['gpg', '--homedir', home, '--batch', '--quiet']
    const made = await run([
      ...base,
      '--passphrase',
      '',
      '--quick-gen-key',
      'test@example.com',
      'default',
      'default',
      'never',
    ])
    expect(made.retcode).toBe(0)
    const argv = [...base, '--armor', '--trust-model', 'always', '-e', '-r', 'test@example.com']
    secret = Buffer.from((await run(argv, { stdin: 'hush' })).stdout).toString()
    expect(secret).toMatch(/^-----BEGIN PGP MESSAGE-----/)
  }, 60_000)

  afterAll(async () => {
    if (!hasGpg) return
    await run(['gpgconf', '--homedir', home, '--kill', 'all'])
    if (existsSync(home)) rmSync(home, { recursive: true, force: true })
  })

  const decrypted = (text: string, more: Record<string, unknown> = {}) =>
    data(text, { run, options: { gpg_keydir: home, ...more } })

  it('decrypts texts of data, wherever they are', async (ctx) => {
    ctx.skip(!hasGpg, 'there is no program gpg')
    const indented = secret.replace(/^/gm, '      ')
    const text = `#!yaml|gpg\na: open\nb:\n  - c: |\n${indented}\n  - 5\n`
    expect(toPlain(await decrypted(text))).toEqual({ a: 'open', b: [{ c: 'hush' }, 5] })
    expect(await decrypted(`#!gpg|yaml\n${'a: |\n'}${secret.replace(/^/gm, '  ')}`)).toBeTruthy()
  })

  it('reads line breaks as a command line has them', async (ctx) => {
    ctx.skip(!hasGpg, 'there is no program gpg')
    const line = secret.trimEnd().replaceAll('\n', '\\n')
    expect(await decrypted(`#!yaml|gpg\na: '${line}'\n`)).toEqual({ a: 'hush' })
  })

  it('fails for what it cannot decrypt, or leaves it as it is', async (ctx) => {
    ctx.skip(!hasGpg, 'there is no program gpg')
    const broken = '-----BEGIN PGP MESSAGE-----\\n\\nAAAA\\n-----END PGP MESSAGE-----'
    await expect(decrypted(`#!yaml|gpg\na: '${broken}'\n`)).rejects.toMatchObject({ code: 'RENDER_FAILED' })
    const left = await decrypted(`#!yaml|gpg\na: '${broken}'\n`, { gpg_decrypt_must_succeed: false })
    expect(left).toEqual({ a: broken })
  })

  it('runs no program where none may run', async () => {
    const text = "#!yaml|gpg\na: '-----BEGIN PGP MESSAGE----------END PGP MESSAGE-----'\n"
    await expect(data(text)).rejects.toThrow(/no program can be run here/)
  })
})
