// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util'
import { isSaltError, messageOf, version } from '@halite/core'
import { KeyDirectory, type RoleName } from './repository/keys.ts'
import { Repository } from './repository/repository.ts'

const usage = `halite-repo: a signed repository of frozen releases

  halite-repo init DIRECTORY [--root-keys 3] [--threshold 2]   make keys and an empty repository
  halite-repo add DIRECTORY ZIP... [--patches 1]               put releases into the draft, with patches of so many before
  halite-repo withdraw DIRECTORY RELEASE                       take a release out of the draft
  halite-repo sign DIRECTORY                                   sign the draft (key of targets)
  halite-repo publish DIRECTORY                                let clients see it (keys of snapshot and timestamp)
  halite-repo rotate-key DIRECTORY ROLE                        root, targets, snapshot or timestamp

  --keys DIRECTORY   where the private keys lie; default: DIRECTORY.keys
`

/** \`halite-repo\`. Resolves to the exit code. */
async function main(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      keys: { type: 'string' },
      'root-keys': { type: 'string', default: '3' },
      threshold: { type: 'string', default: '2' },
      patches: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
    },
  })
  if (values.version) {
    say(`halite-repo ${version}`)
    return 0
  }
  const [command, directory, ...rest] = positionals
  if (!/^\d{1,3}$/.test(values.patches)) {
    process.stderr.write(`halite-repo: --patches ${values.patches} is not a number of releases\n`)
    return 64
  }
  if (values.help || command === undefined || directory === undefined) {
    process.stdout.write(usage)
    return values.help ? 0 : 64
  }
  const keys = new KeyDirectory(values.keys ?? `${directory.replace(/\/+$/, '')}.keys`)
  const repository = new Repository({ directory, keys, patches: Number(values.patches), say })
  const options = { rootKeys: Number(values['root-keys']), threshold: Number(values.threshold) }
  return perform(repository, { command, directory, rest, keys, options })
}

interface Order {
  readonly command: string
  readonly directory: string
  readonly rest: readonly string[]
  readonly keys: KeyDirectory
  readonly options: { readonly rootKeys: number; readonly threshold: number }
}

async function perform(repository: Repository, order: Order): Promise<number> {
  const { command, directory, rest, keys } = order
  switch (command) {
    case 'init':
      await repository.init(order.options)
      say(`${directory} is a repository; its keys lie in ${keys.path}.`)
      say(
        `Keep the keys of root elsewhere. Give minions ${directory}/metadata/1.root.json as their trusted root.`,
      )
      return 0
    case 'add':
      for (const zip of rest) say(`added ${await repository.add(zip)}`)
      return rest.length === 0 ? 64 : 0
    case 'withdraw':
      for (const name of rest) await repository.withdraw(name)
      return 0
    case 'sign':
      await repository.sign()
      return 0
    case 'publish':
      await repository.publish()
      return 0
    case 'rotate-key':
      if (!isRole(rest[0])) break
      await repository.rotateKey(rest[0])
      return 0
  }
  process.stderr.write(usage)
  return 64
}

function isRole(word: string | undefined): word is RoleName {
  return word !== undefined && ['root', 'targets', 'snapshot', 'timestamp'].includes(word)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const hint = isSaltError(error) && error.hint !== undefined ? `\n${error.hint}` : ''
    process.stderr.write(`halite-repo: ${messageOf(error)}${hint}\n`)
    process.exitCode = isSaltError(error) ? error.exitCode : 1
  },
)
