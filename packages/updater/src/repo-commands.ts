// SPDX-License-Identifier: Apache-2.0

/** An option of a command of `halite-repo`. */
export interface RepoOption {
  readonly name: string
  /** What stands for its value; none for a flag. */
  readonly value?: string
  readonly doc: string
  readonly fallback?: string
}

/** A command of `halite-repo`: the words after it, and what its help says. */
export interface RepoCommand {
  readonly name: string
  /** The words it needs after DIRECTORY; the last one may be repeated where it ends with `...`. */
  readonly words: readonly string[]
  readonly summary: string
  /** Lines of at most 100 columns. */
  readonly doc: readonly string[]
  readonly options: readonly RepoOption[]
  readonly examples: readonly (readonly [words: string, what: string])[]
}

const general: readonly RepoOption[] = [
  { name: 'keys', value: 'DIR', doc: 'Directory of the private keys.', fallback: 'DIRECTORY.keys' },
  { name: 'version', doc: 'Print the version.' },
  { name: 'help', doc: 'Print this help, or that of a command.' },
]

/** All commands, in the order in which a publisher needs them. */
export const repoCommands: readonly RepoCommand[] = [
  {
    name: 'init',
    words: [],
    summary: 'Create keys and an empty repository.',
    doc: [
      'Creates DIRECTORY, to be served by any web server, and the private keys beside it. Minions need',
      'DIRECTORY/metadata/1.root.json as their trusted root. Move the keys of root and targets to a place that',
      'no server can read.',
    ],
    options: [
      { name: 'root-keys', value: 'N', doc: 'How many keys the role root has.', fallback: '3' },
      { name: 'threshold', value: 'N', doc: 'How many of them have to sign.', fallback: '2' },
    ],
    examples: [
      ['init /srv/releases', 'Three keys of root, two of which have to sign'],
      ['init /srv/releases --root-keys 1 --threshold 1 --keys ~/keys', 'One key of root, in another place'],
    ],
  },
  {
    name: 'add',
    words: ['ZIP...'],
    summary: 'Add releases to the draft.',
    doc: [
      'ZIP is a file that `npm run freeze` creates. Its files are stored by content, and patches from earlier',
      'releases are created with the program zstd where it is installed. Minions see nothing of it before `sign`',
      'and `publish`. A release that is in the draft already is replaced.',
    ],
    options: [
      {
        name: 'patches',
        value: 'N',
        doc: 'From how many earlier releases to create patches; 0 for none.',
        fallback: '1',
      },
    ],
    examples: [['add /srv/releases dist/*.zip', 'All platforms of a release']],
  },
  {
    name: 'withdraw',
    words: ['RELEASE...'],
    summary: 'Remove releases from the draft.',
    doc: [
      'Minions no longer find them after the next `sign` and `publish`. Their files stay in the repository.',
    ],
    options: [],
    examples: [['withdraw /srv/releases salt-3007.1.linux-x64', 'The name of its zip file, without .zip']],
  },
  {
    name: 'list',
    words: [],
    summary: 'List the releases of the draft.',
    doc: [],
    options: [],
    examples: [['list /srv/releases', 'One name per line']],
  },
  {
    name: 'sign',
    words: [],
    summary: 'Sign the draft. Needs the key of targets.',
    doc: [
      'Signs the list of releases with their sizes and hashes. Minions see it after `publish`. The signature',
      'expires after 90 days.',
    ],
    options: [],
    examples: [['sign /srv/releases --keys /media/usb/keys', 'With a key that is kept off the server']],
  },
  {
    name: 'publish',
    words: [],
    summary: 'Make what is signed visible to minions. Needs the keys of snapshot and timestamp.',
    doc: [
      'Run it again at least once a week, from cron for example: the timestamp expires after 7 days, and minions',
      'refuse expired metadata. The snapshot expires after 30 days.',
    ],
    options: [],
    examples: [['publish /srv/releases', '']],
  },
  {
    name: 'rotate-key',
    words: ['ROLE'],
    summary: 'Replace a key. Needs enough keys of root to sign, and all others.',
    doc: [
      'ROLE is root, targets, snapshot or timestamp. The new key replaces those of the role; for root, the oldest',
      'of them. Minions follow any number of rotations. It signs and publishes the draft.',
    ],
    options: [],
    examples: [['rotate-key /srv/releases timestamp', 'The machine that had the key was stolen']],
  },
]

/** The options of a command: its own, then those of all. */
export function optionsOf(command: RepoCommand | undefined): readonly RepoOption[] {
  return [...(command?.options ?? []), ...general]
}

/** The help of `halite-repo`, or of one of its commands. */
export function helpOf(command: RepoCommand | undefined): string {
  return command === undefined ? overview() : helpOfCommand(command)
}

function overview(): string {
  const width = Math.max(
    ...repoCommands.map(({ name, words }) => [name, 'DIRECTORY', ...words].join(' ').length),
  )
  const rows = repoCommands.map(
    ({ name, words, summary }) => `  ${[name, 'DIRECTORY', ...words].join(' ').padEnd(width)}  ${summary}`,
  )
  return lines(
    'Usage: halite-repo COMMAND DIRECTORY [options]',
    '',
    'Manages a repository of frozen releases, signed as The Update Framework specifies. Minions fetch updates',
    'from it over any web server: see docs/operate/freeze-and-update.md.',
    '',
    'Commands',
    ...rows,
    '',
    ...optionRows('Options', general),
    '',
    'Examples',
    '  halite-repo init /srv/releases             Create keys and an empty repository',
    '  halite-repo add /srv/releases dist/*.zip   Add releases to the draft',
    '  halite-repo sign /srv/releases             Sign the draft',
    '  halite-repo publish /srv/releases          Make it visible to minions',
    '  halite-repo add --help                     The options of a command',
  )
}

function helpOfCommand(command: RepoCommand): string {
  const { name, words, summary, doc, options, examples } = command
  const width = Math.max(...examples.map(([example]) => example.length))
  const shown = examples.map(([example, what]) => `  halite-repo ${example.padEnd(width)}  ${what}`.trimEnd())
  return lines(
    `Usage: halite-repo ${[name, 'DIRECTORY', ...words].join(' ')} [options]`,
    '',
    summary,
    ...doc,
    '',
    ...(options.length === 0 ? [] : [...optionRows(`Options of ${name}`, options), '']),
    ...optionRows('General options', general),
    '',
    'Examples',
    ...shown,
  )
}

function optionRows(title: string, options: readonly RepoOption[]): string[] {
  const nameOf = ({ name, value }: RepoOption) =>
    `${name === 'help' ? '-h, ' : '    '}--${name}${value === undefined ? '' : `=${value}`}`
  const width = Math.max(...options.map((option) => nameOf(option).length))
  const rows = options.map((option) => {
    const fallback = option.fallback === undefined ? '' : `  [default: ${option.fallback}]`
    return `  ${nameOf(option).padEnd(width)}  ${option.doc}${fallback}`
  })
  return [title, ...rows]
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
