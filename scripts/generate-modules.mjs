// SPDX-License-Identifier: Apache-2.0
// The reference of the built-in modules, from what they declare.
import { builtInModules, modulesSource } from './built-in-modules.mjs'

const folder = 'docs/reference'

/** Kinds whose modules hold functions: the title of a module's page, and the introduction of the list of them. */
const functionKinds = {
  execution: {
    folder: 'modules',
    title: 'Execution modules',
    page: (name) => name,
    introduction: [
      "What runs on minions: `salt '*' <module>.<function>`, and on a machine of its own with `salt-call`. On a minion",
      '`sys.doc` prints the same texts, of the modules that load there.',
    ],
  },
  runners: {
    folder: 'runners',
    title: 'Runners',
    page: (name) => `The runner ${name}`,
    introduction: ['What runs on the master: `salt-run <runner>.<function>`.'],
  },
  wheel: {
    folder: 'wheel',
    title: 'Wheel modules',
    page: (name) => `The wheel module ${name}`,
    introduction: ['What changes the master itself, for the client API; `salt-key` uses the module `key`.'],
  },
}

/** Folders that hold nothing but files of this script: a file that it does not write is left over from a former module. */
export const ownedFolders = Object.values(functionKinds).map((kind) => `${folder}/${kind.folder}`)

/** Path → text of the pages. Rejects with a message that names the file when a module cannot be read. */
export async function moduleDocFiles() {
  const modules = await builtInModules()
  const files = new Map()
  for (const [kind, words] of Object.entries(functionKinds)) {
    files.set(`${folder}/${words.folder}/README.md`, listPage(kind, words, modules[kind]))
    for (const { file, module } of modules[kind]) {
      files.set(`${folder}/${words.folder}/${file}.md`, modulePage(kind, words, { file, module }))
    }
  }
  files.set(`${folder}/grains.md`, grainsPage(modules.grains))
  files.set(`${folder}/outputters.md`, outputtersPage(modules.outputters))
  return files
}

function listPage(kind, { title, introduction }, modules) {
  return page(`${kind}/`, [
    `# ${title}`,
    '',
    ...introduction,
    '',
    `| ${kind === 'runners' ? 'Runner' : 'Module'} | What it is for |`,
    '| --- | --- |',
    ...modules.map(
      ({ file, module }) =>
        `| [${calledName(module)}](${file}.md)${provider(module)} | ${cell(module.doc)} |`,
    ),
  ])
}

function provider(module) {
  return module.virtual === undefined ? '' : ` (${module.name})`
}

function modulePage(kind, { page: titleOf }, { file, module }) {
  const name = calledName(module)
  const functions = Object.entries(module.functions).sort(([a], [b]) => (a < b ? -1 : 1))
  return page(`${kind}/${file}.ts`, [
    `# ${titleOf(name)}${provider(module)}`,
    '',
    markdown(module.doc),
    ...(module.loadIf === undefined
      ? []
      : ['', 'It loads only where it has what it needs, and says why where not.']),
    ...functions.flatMap(([fun, declared]) => ['', ...functionSection(`${name}.${fun}`, declared)]),
  ])
}

function calledName(module) {
  return module.virtual ?? module.name
}

function functionSection(name, { doc, examples, args, outputter }) {
  return [
    `## ${name}`,
    '',
    markdown(doc),
    ...(outputter === undefined ? [] : ['', `Shown by the outputter \`${outputter}\`.`]),
    ...argumentTable(Object.entries(args)),
    ...(examples.length === 0 ? [] : ['', '```sh', ...examples, '```']),
  ]
}

function argumentTable(args) {
  if (args.length === 0) return []
  return [
    '',
    '| Argument | Type | Default | What it is |',
    '| --- | --- | --- | --- |',
    ...args.map(
      ([name, spec]) =>
        `| ${argumentName(name, spec)} | ${typeOf(spec)} | ${defaultOf(spec)} | ${cell(spec.doc)} |`,
    ),
  ]
}

function argumentName(name, { collect }) {
  if (collect === 'rest') return `\`*${name}\``
  return collect === 'keywords' ? `\`**${name}\`` : `\`${name}\``
}

function typeOf({ kind, collect }) {
  if (collect === 'rest') return 'further values'
  return collect === 'keywords' ? 'further keywords' : kind
}

function defaultOf({ required, collect, fallback }) {
  if (required) return 'required'
  return collect !== undefined || fallback === undefined ? '' : `\`${cell(python(fallback))}\``
}

/** A default as it is typed on the command line. */
function python(value) {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === '') return "''"
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function grainsPage(modules) {
  const rows = modules.flatMap(({ file, module }) => module.provides.map((key) => ({ key, file, module })))
  const keys = [...new Set(rows.map(({ key }) => key))].sort()
  return page('grains/', [
    '# Grains',
    '',
    'Facts about a minion that rarely change: `salt <id> grains.items`. A key that does not apply to a machine is absent.',
    'Those marked with * take long or ask the network; they are there shortly after the minion has connected.',
    '',
    '| Grain | Found by | On | What that module looks at |',
    '| --- | --- | --- | --- |',
    ...keys.flatMap((key) => rows.filter((row) => row.key === key).map(grainRow)),
  ])
}

function grainRow({ key, file, module }) {
  const { slow, platforms, doc } = module
  return `| \`${key}\`${slow ? ' *' : ''} | ${file} | ${platforms?.join(', ') ?? 'every system'} | ${cell(doc)} |`
}

function outputtersPage(modules) {
  return page('outputters/', [
    '# Outputters',
    '',
    'How results are printed: `--out <name>`, or the option `output`.',
    '',
    '| Outputter | How it prints |',
    '| --- | --- |',
    ...modules.map(({ module }) => `| \`${module.name}\` | ${cell(module.doc)} |`),
  ])
}

function page(source, lines) {
  const notice = `<!-- Generated by \`npm run generate\` from ${modulesSource}/${source}; edit that. -->`
  return `${[notice, '', ...lines].join('\n').trimEnd()}\n`
}

/** Doc texts are reStructuredText, of which they use literals, and blocks of literal lines behind `::`. */
function markdown(text) {
  return text.trim().replaceAll('``', '`').replaceAll(/::$/gm, ':')
}

function cell(text) {
  return markdown(text)
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ')
}
