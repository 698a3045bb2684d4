// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util'
import { isSaltError, messageOf, SaltError, version } from '@halite/core'
import { releaseName } from './release-name.ts'
import { helpOf, optionsOf, type RepoCommand, repoCommands } from './repo-commands.ts'
import { KeyDirectory } from './repository/keys.ts'
import { isRoleName, roles } from './repository/metadata-files.ts'
import { Repository } from './repository/repository.ts'

/** What the words of a command line ask for. */
interface Order {
  readonly command: RepoCommand
  readonly directory: string
  readonly words: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | undefined>>
}

/** `halite-repo`. Resolves to the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv)
  const [name, directory, ...words] = positionals
  if (values['version'] === true) {
    say(`halite-repo ${version}`)
    return 0
  }
  const command = repoCommands.find((one) => one.name === name)
  if (values['help'] === true || name === undefined) {
    process.stdout.write(helpOf(command))
    return values['help'] === true ? 0 : 64
  }
  if (command === undefined) throw usage(`${name} is no command`, undefined)
  if (directory === undefined) throw usage(`${name} needs the DIRECTORY of a repository`, command)
  const order = { command, directory, words, values }
  check(order)
  await perform(order)
  return 0
}

function parse(argv: readonly string[]): Pick<Order, 'values'> & { readonly positionals: string[] } {
  const known = [undefined, ...repoCommands].flatMap(optionsOf)
  const options = Object.fromEntries(
    known.map(({ name, value }) => {
      const type = value === undefined ? ('boolean' as const) : ('string' as const)
      return [name, name === 'help' ? { type, short: 'h' } : { type }]
    }),
  )
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options })
  } catch (error) {
    throw usage(messageOf(error).split('. ')[0] ?? '', undefined)
  }
}

/** Before anything is done, so that nothing is half done. */
function check({ command, words, values }: Order): void {
  const { name, words: wanted } = command
  const allowed = new Set(optionsOf(command).map((option) => option.name))
  const stray = Object.keys(values).find((option) => !allowed.has(option))
  if (stray !== undefined) throw usage(`${name} has no option --${stray}`, command)
  const isOpen = wanted.at(-1)?.endsWith('...') === true
  if (words.length < wanted.length) throw usage(`${name} needs ${wanted[words.length]}`, command)
  if (words.length > wanted.length && !isOpen)
    throw usage(`${name} does not know what to do with ${words[wanted.length]}`, command)
  const [role] = words
  if (name === 'rotate-key' && !isRoleName(role))
    throw usage(`${role} is no role: they are ${roles.join(', ')}`, command)
}

async function perform({ command, directory, words, values }: Order): Promise<void> {
  const number = (option: string) => numberOf(command, option, values)
  const [own = ''] = [values['keys']].map((path) => path ?? `${directory.replace(/\/+$/, '')}.keys`)
  const keys = new KeyDirectory(String(own))
  const patches = command.name === 'add' ? number('patches') : 1
  const repository = new Repository({ directory, keys, patches, say })
  switch (command.name) {
    case 'init':
      await repository.init({ rootKeys: number('root-keys'), threshold: number('threshold') })
      say(`${directory} is a repository; its keys are in ${keys.path}.`)
      say(
        `Keep the keys of root elsewhere. Minions need ${directory}/metadata/1.root.json as their trusted root.`,
      )
      break
    case 'add':
      for (const zip of words) say(`added ${await repository.add(zip)}`)
      say('Minions see it after `halite-repo sign` and `halite-repo publish`.')
      break
    case 'withdraw':
      for (const name of words) await repository.withdraw(name)
      break
    case 'list':
      for (const release of repository.releases()) say(releaseName(release))
      break
    case 'sign':
      await repository.sign()
      say(`signed; releases: ${repository.releases().length}`)
      break
    case 'publish': {
      const { publishAgain, signAgain } = await repository.publish()
      say(`published; publish again before ${publishAgain}, sign again before ${signAgain}`)
      break
    }
    case 'rotate-key': {
      const [role] = words
      if (isRoleName(role)) say(`${await repository.rotateKey(role)} is the new key of ${role}`)
    }
  }
}

function numberOf(command: RepoCommand, name: string, values: Order['values']): number {
  const option = command.options.find((one) => one.name === name)
  const text = String(values[name] ?? option?.fallback)
  if (!/^\d{1,3}$/.test(text)) throw usage(`--${name} ${text} is not a number`, command)
  return Number(text)
}

function usage(problem: string, command: RepoCommand | undefined): SaltError {
  const words = ['halite-repo', ...(command === undefined ? [] : [command.name]), '--help']
  return new SaltError('USAGE', problem, { hint: `Try \`${words.join(' ')}\`.` })
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
