// SPDX-License-Identifier: Apache-2.0
// The reference of the built-in modules, from what they declare.
import { builtInModules, kinds, loader, modulesSource } from './built-in-modules.mjs'

const folder = 'docs/reference'

/** The kinds that have pages, with what the table says of them. */
const documented = kinds
  .map((kind) => ({ kind, ...loader.kindTable[kind] }))
  .filter(({ docs }) => docs !== undefined)

/** Folders that hold nothing but files of this script: a file that it does not write is left over from a former module. */
export const ownedFolders = documented
  .filter(({ holds }) => holds === 'functions')
  .map(({ docs }) => `${folder}/${docs.path}`)

/** Path → text of the pages. Rejects with a message that names the file when a module cannot be read. */
export async function moduleDocFiles() {
  const modules = await builtInModules()
  return new Map(
    documented.flatMap(({ kind, holds, docs }) =>
      holds === 'functions'
        ? functionPages(kind, docs, modules[kind])
        : [[`${folder}/${docs.path}.md`, objectsPage(kind, docs, modules[kind])]],
    ),
  )
}

function functionPages(kind, docs, modules) {
  const place = `${folder}/${docs.path}`
  return [
    [`${place}/README.md`, listPage(kind, docs, modules)],
    ...modules.map(({ file, module }) => [`${place}/${file}.md`, modulePage(kind, docs, { file, module })]),
  ]
}

function listPage(kind, { title, introduction, one }, modules) {
  return page(`${kind}/`, [
    `# ${title}`,
    '',
    ...introduction,
    '',
    `| ${one} | What it is for |`,
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

function modulePage(kind, { pageTitle = '' }, { file, module }) {
  const name = calledName(module)
  const functions = Object.entries(module.functions).sort(([a], [b]) => (a < b ? -1 : 1))
  return page(`${kind}/${file}.ts`, [
    `# ${pageTitle}${name}${provider(module)}`,
    '',
    markdown(module.doc),
    ...conditionLines(module),
    ...functions.flatMap(([fun, declared]) => ['', ...functionSection(`${name}.${fun}`, declared)]),
  ])
}

/** What a machine must have, as the module declares it. */
function conditionLines({ needs, loadIf }) {
  const { unsupported, ...conditions } = needs ?? {}
  const declared = Object.entries(conditions).map(([what, wanted]) => `${what} ${wordsOf(wanted)}`)
  const lines = [
    ...(unsupported === undefined ? [] : [`It loads nowhere, and says so: ${unsupported}.`]),
    ...(declared.length === 0 ? [] : [`It loads only where this holds: ${declared.join('; ')}.`]),
    ...(loadIf === undefined ? [] : ['It loads only where it has what it needs, and says why where not.']),
  ]
  return lines.flatMap((line) => ['', line])
}

function wordsOf(wanted) {
  if (Array.isArray(wanted)) return wanted.map((one) => [one].flat().map(code).join(' or ')).join(', ')
  if (typeof wanted !== 'object') return code(wanted)
  return Object.entries(wanted)
    .map(([name, value]) => `${code(name)} = ${[value].flat().map(code).join(' or ')}`)
    .join(', ')
}

function code(value) {
  return `\`${value}\``
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

/** One row a module; where modules provide keys, one row a key. */
function objectsPage(kind, docs, modules) {
  const provides = modules.some(({ module }) => module.provides !== undefined)
  return page(`${kind}/`, [
    `# ${docs.title}`,
    '',
    ...docs.introduction,
    '',
    ...(provides ? providedRows(docs, modules) : objectRows(docs, modules)),
  ])
}

function objectRows({ one }, modules) {
  return [
    `| ${one} | What it is |`,
    '| --- | --- |',
    ...modules.map(({ module }) => `| \`${module.name}\` | ${cell(module.doc)} |`),
  ]
}

function providedRows({ one }, modules) {
  const rows = modules.flatMap(({ file, module }) => module.provides.map((key) => ({ key, file, module })))
  const keys = [...new Set(rows.map(({ key }) => key))].sort()
  return [
    `| ${one} | Found by | On | What that module looks at |`,
    '| --- | --- | --- | --- |',
    ...keys.flatMap((key) => rows.filter((row) => row.key === key).map(providedRow)),
  ]
}

function providedRow({ key, file, module }) {
  const { slow, needs, doc } = module
  const platforms = needs?.platform && [needs.platform].flat()
  return `| \`${key}\`${slow ? ' *' : ''} | ${file} | ${platforms?.join(', ') ?? 'every system'} | ${cell(doc)} |`
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
