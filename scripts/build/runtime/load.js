// SPDX-License-Identifier: Apache-2.0
// Loads the chunks of the bundle that lie beside this file, with the bytecode that V8 made of them when the bundle was built.
// Bytecode of another Node is not looked at, and what V8 refuses is compiled as usual.

const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')
const { Script } = require('node:vm')

const folderUrl = `${pathToFileURL(__dirname).href}/`
const bytecodeFolder = join(__dirname, '.bytecode', `${process.version}-${process.platform}-${process.arch}`)
/** Where to write the bytecode of this process when it ends; set by the build alone. */
const recordFolder = process.env.HALITE_RECORD_BYTECODE
/** Set when the bytecode is for another place: Nodes from 22 on put the real path of a file into what they read. */
const recordsNames = recordFolder !== undefined && process.env.HALITE_RECORD_NAMES !== undefined
const head = '(function(exports,require,module,__filename,__dirname,__late,__url){'

const modules = new Map()
/** Chunk → its Script; kept only to be recorded. */
const scripts = new Map()
/** Chunk → bytecode that was read. */
let bytecode

/**
 * Runs the chunk `entry` with what it loads; returns its exports. `flags`, those of V8 11 (Node 20), are set before anything is
 * loaded: bytecode is refused by a process whose flags are not those of the one that made it.
 */
exports.start = (entry, flags) => {
  if (flags !== undefined && process.versions.v8.startsWith('11.'))
    require('node:v8').setFlagsFromString(flags)
  if (bytecode === undefined) {
    bytecode = readBytecode(join(bytecodeFolder, entry))
    if (recordFolder !== undefined) process.once('exit', () => writeBytecode(recordFolder, entry))
  }
  return load(entry)
}

function load(name) {
  const known = modules.get(name)
  if (known !== undefined) return known.exports
  const module = { exports: {} }
  modules.set(name, module)
  const filename = join(__dirname, name)
  try {
    const run = compiled(name, filename).runInThisContext()
    run(module.exports, requireFrom, module, filename, __dirname, late, urlOf)
  } catch (error) {
    modules.delete(name)
    throw error
  }
  return module.exports
}

function compiled(name, filename) {
  const source = `${head}${readFileSync(filename, 'utf8')}\n})`
  // Positions are those of the file, as its source map has them.
  const script = new Script(source, {
    filename: recordsNames ? name : filename,
    columnOffset: -head.length,
    cachedData: bytecode.get(name),
  })
  bytecode.delete(name)
  if (recordFolder !== undefined) scripts.set(name, script)
  return script
}

/** Modules of Node that take a millisecond or two each, and that what loads them often does not use. */
const seldomUsed = new Set(['node:fs/promises', 'node:timers/promises', 'node:stream/promises'])

/** Stands for such a module, which is loaded when something of it is asked for. */
function loadedWhenUsed(id) {
  const { getOwnPropertyDescriptor, ownKeys } = Reflect
  return new Proxy(Object.create(null), {
    get: (_target, name) => require(id)[name],
    has: (_target, name) => name in require(id),
    ownKeys: () => ownKeys(require(id)),
    getOwnPropertyDescriptor: (_target, name) => {
      const found = getOwnPropertyDescriptor(require(id), name)
      return found === undefined ? undefined : { ...found, configurable: true }
    },
  })
}

function requireFrom(id) {
  if (seldomUsed.has(id)) return loadedWhenUsed(id)
  return id.startsWith('./') && !id.endsWith('.cjs') ? load(id.slice(2)) : require(id)
}

/** Stands for `import()`, which a Script does not have: of a chunk, of a start file, of anything else. */
async function late(id) {
  if (id.startsWith('./')) return load(id.slice(2))
  if (id.startsWith('node:')) return require(id)
  if (id.startsWith(folderUrl)) return require(fileURLToPath(id))
  return import(id)
}

/** Stands for `import.meta.url`. */
function urlOf(filename) {
  return pathToFileURL(filename).href
}

/** A file of bytecode: the length of its index (4 bytes), the index (JSON: chunk → [start, end]), what the index names. */
function readBytecode(path) {
  try {
    const file = readFileSync(path)
    const start = 4 + file.readUInt32LE(0)
    const index = JSON.parse(file.toString('utf8', 4, start))
    const parts = Object.entries(index).map(([name, [from, to]]) => [
      name,
      file.subarray(start + from, start + to),
    ])
    return new Map(parts)
  } catch {
    // Built by another Node, without recording, or no file of ours: everything is compiled as usual.
    return new Map()
  }
}

function writeBytecode(folder, entry) {
  const index = {}
  const parts = []
  let end = 0
  for (const [name, script] of scripts) {
    const part = script.createCachedData()
    parts.push(part)
    index[name] = [end, end + part.length]
    end += part.length
  }
  const indexBytes = Buffer.from(JSON.stringify(index))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(indexBytes.length)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, entry)
  writeFileSync(`${path}.${process.pid}`, Buffer.concat([length, indexBytes, ...parts]))
  renameSync(`${path}.${process.pid}`, path)
}
