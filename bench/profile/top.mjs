// SPDX-License-Identifier: Apache-2.0
// The functions of a `.cpuprofile` with the most self time: `node bench/profile/top.mjs <file> [how many]`.
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const maps = new Map()

/** Functions by self time: `{ name, at, ms, share }`, where `share` is of the time that was not idle. */
export function topFunctions(profile, count = 25) {
  const selfUs = new Map()
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node])),
  )
  for (const [index, id] of profile.samples.entries()) {
    const name = nameOf(byId.get(id), parents.get(id))
    selfUs.set(name, (selfUs.get(name) ?? 0) + profile.timeDeltas[index])
  }
  selfUs.delete('(idle)')
  const total = [...selfUs.values()].reduce((sum, us) => sum + us, 0)
  const sorted = [...selfUs].sort((a, b) => b[1] - a[1]).slice(0, count)
  return sorted.map(([name, us]) => ({ name, ms: us / 1000, share: us / total }))
}

function nameOf({ callFrame: { functionName, url, lineNumber, columnNumber } }, parent) {
  // Functions of native addons have neither name nor place: who calls them says what they are.
  if (functionName === '' && url === '' && parent) return `native function called by ${nameOf(parent)}`
  const name = functionName || '(anonymous)'
  if (url === '') return name
  if (url.startsWith('node:')) return `${name} ${url}`
  return `${name} ${sourceOf(url, lineNumber, columnNumber)}`
}

/** Where it stands in the sources, as far as there is a source map. */
function sourceOf(url, line, column) {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  const found = mapOf(path)?.findEntry(line, column)
  const short = (file) =>
    file.slice(file.lastIndexOf('/packages/') + 1 || file.lastIndexOf('/node_modules/') + 1)
  if (found?.originalSource === undefined) return `${short(path)}:${line + 1}`
  return `${short(new URL(found.originalSource, pathToFileURL(path)).pathname)}:${found.originalLine + 1}`
}

function mapOf(path) {
  if (!maps.has(path)) {
    const file = `${path}.map`
    maps.set(path, existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined)
  }
  return maps.get(path)
}

if (process.argv[1] === import.meta.filename) {
  const [file, count = 25] = process.argv.slice(2)
  for (const { name, ms, share } of topFunctions(JSON.parse(readFileSync(file, 'utf8')), Number(count))) {
    console.log(`${ms.toFixed(1).padStart(9)} ms ${(share * 100).toFixed(1).padStart(5)} %  ${name}`)
  }
}
