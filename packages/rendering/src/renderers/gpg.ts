// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, mapOf, SaltError } from '@halite/core'
import { defineRenderer, type RenderScope } from '@halite/loader'

const message = /-----BEGIN PGP MESSAGE-----[\s\S]*?-----END PGP MESSAGE-----/g
/** Messages of one file that are decrypted at once. */
const atOnce = 4

/** The renderer `gpg`. */
export const gpg = defineRenderer({
  name: 'gpg',
  doc: 'Decrypts PGP messages in a text, or in the texts of data, through the program gpg: `#!jinja|yaml|gpg`. Keys lie in `gpg_keydir`.',
  render: (input, scope) => {
    const decrypted = new Map<string, Promise<string>>()
    const turns = Array.from({ length: atOnce }, () => Promise.resolve())
    let next = 0
    const decrypt = (text: string): Promise<string> => {
      const known = decrypted.get(text)
      if (known !== undefined) return known
      const turn = next++ % atOnce
      const result = (turns[turn] ?? Promise.resolve()).then(() => decryptMessage(text, scope))
      turns[turn] = result.then(
        () => undefined,
        () => undefined,
      )
      decrypted.set(text, result)
      return result
    }
    return decryptIn(input, decrypt)
  },
})

type Decrypt = (text: string) => Promise<string>

async function decryptIn(value: unknown, decrypt: Decrypt): Promise<unknown> {
  if (typeof value === 'string') return decryptText(value, decrypt)
  if (Array.isArray(value)) return Promise.all(value.map((item) => decryptIn(item, decrypt)))
  if (!isMap(value)) return value
  const entries = entriesOf(value).map(
    async ([key, item]) => [key, await decryptIn(item, decrypt)] as [unknown, unknown],
  )
  return mapOf(await Promise.all(entries))
}

/** A text with its messages decrypted; line breaks at its end go then, as those of a block of YAML. */
async function decryptText(text: string, decrypt: Decrypt): Promise<string> {
  const messages = [...text.matchAll(message)].map(([found]) => found)
  if (messages.length === 0) return text
  const plain = await Promise.all(messages.map(decrypt))
  return text.replace(message, () => plain.shift() ?? '').replace(/\n+$/, '')
}

/** Line breaks may be written as `\n`, as on a command line. */
async function decryptMessage(text: string, scope: RenderScope): Promise<string> {
  const { options, run, signal } = scope
  if (run === undefined) throw failure(scope, 'no program can be run here')
  const home = String(options['gpg_keydir'] ?? '')
  const argv = ['gpg', '--homedir', home, '--status-fd', '2', '--no-tty', '--batch', '-d']
  const { stdout, stderr, retcode } = await run(argv, {
    stdin: text.replaceAll('\\n', '\n'),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw failure(scope, error instanceof Error ? error.message : String(error), error)
  })
  if (retcode === 0) return decoded(stdout, scope)
  if (options['gpg_decrypt_must_succeed'] === false) return text
  throw failure(scope, reasonIn(Buffer.from(stderr).toString()))
}

function decoded(bytes: Uint8Array, scope: RenderScope): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw failure(scope, 'what it holds is no text in UTF-8')
  }
}

/** What gpg says, without the lines that are meant for programs. */
function reasonIn(stderr: string): string {
  const lines = stderr.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('[GNUPG:]'))
  return lines.join('; ') || 'gpg does not say why'
}

function failure({ name, options }: RenderScope, reason: string, cause?: unknown): SaltError {
  return new SaltError('RENDER_FAILED', `${name}: a PGP message cannot be decrypted: ${reason}`, {
    hint: `The keys lie in gpg_keydir (${String(options['gpg_keydir'])}); \`gpg --homedir <that> --list-secret-keys\` shows them.`,
    cause,
  })
}
