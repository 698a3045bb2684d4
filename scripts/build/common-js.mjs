// SPDX-License-Identifier: Apache-2.0
// The bundle as CommonJS. esbuild splits code into chunks for ES modules alone; Node loads CommonJS faster, and takes the
// bytecode of an earlier run with it (runtime/load.js).
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { transform } from 'esbuild'

const loader = 'load.js'
/**
 * Programs that live for a second: V8 11 (Node 20) looks at what is hot eight times later than by default. Optimizing took a third of the
 * CPU of a run of states, for code that was gone before it paid off. Later ones have a quicker compiler in between, and other flags.
 */
const shortLived = new Set(['salt-call', 'executor'])
const lateOptimizing = '--interrupt-budget=540000'
/** `import(…)`; methods of that name look alike up to their body. */
const importCall = /(?<![\w$.#])import(?=\()/g
/** Stands for `import`; as long, so that source maps keep their columns. */
const lateWord = '__late'

/**
 * The files of an esbuild result (`{ name, contents }`) in the order for `install`: chunks before the start files, which
 * keep their names when the chunks they start get new ones. `starts` names the start files: name → source of the entry.
 */
export async function commonJsOf({ outputFiles, metafile }, { starts, settings }) {
  const maps = new Map(outputFiles.map(({ path, text }) => [basename(path), text]))
  const sources = outputFiles.filter(({ path }) => path.endsWith('.js'))
  const chunks = await Promise.all(
    sources.map(({ path, text }) => {
      const name = basename(path)
      return chunkOf({ name, text, map: maps.get(`${name}.map`) }, settings)
    }),
  )
  return [
    { name: 'package.json', contents: '{ "type": "commonjs" }\n' },
    { name: loader, contents: readFileSync(join(import.meta.dirname, 'runtime', loader)) },
    ...chunks.flat(),
    ...Object.entries(starts).map(([name, source]) => startFile(name, entryOf(metafile, source))),
  ]
}

async function chunkOf({ name, text, map }, settings) {
  const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`
  const esm = text
    .replace(importCall, (word, at) => (isMethod(text, at + word.length) ? word : lateWord))
    .replace(/\/\/# sourceMappingURL=.*\s*$/, '')
  const result = await transform(`${esm}\n${inline}`, {
    ...settings,
    format: 'cjs',
    platform: 'node',
    define: { 'import.meta.url': '__url' },
    sourcefile: name,
    sourcemap: 'external',
    sourcesContent: false,
  })
  // A call is made where a value stands: few chunks ask where they lie, and finding it takes a while.
  const code = result.code.replace(/\b__url\b/g, '__url(__filename)')
  return [
    { name: `${name}.map`, contents: result.map },
    { name, contents: `${code}//# sourceMappingURL=${name}.map\n` },
  ]
}

/** Whether a body follows the parameters that begin at `open`. */
function isMethod(text, open) {
  let depth = 0
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
    if (depth === 0) return text[at + 1] === '{'
  }
  return false
}

function entryOf({ outputs }, source) {
  const [path, output] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source)
  return { chunk: basename(path), names: output.exports }
}

/** Each export by its name, as Node's reader of CommonJS wants it for `import { … }`. */
function startFile(name, { chunk, names }) {
  const exported = names.map((one) => `exports.${one} = chunk.${one}\n`).join('')
  const flags = shortLived.has(name) ? `, '${lateOptimizing}'` : ''
  const start = `require('./${loader}').start('${chunk}'${flags})\n`
  return { name: `${name}.js`, contents: names.length === 0 ? start : `const chunk = ${start}${exported}` }
}
