// SPDX-License-Identifier: Apache-2.0
import * as core from '@halite/core'
import { type Node, parse, walk } from '../../../test/architecture/sources.ts'

/** One field of a schema as the specification writes it. */
export interface Field {
  readonly name: string
  readonly type: string
}

/** Schema name → its fields, read from the sources of files that share constants: the arguments of `record` and `extensibleRecord`. */
export function schemasIn(paths: readonly string[]): Map<string, Field[]> {
  const constants = new Map(paths.flatMap((path) => [...constantsOf(parse(path).program)]))
  const schemas = new Map<string, Field[]>()
  for (const [name, value] of constants) {
    if (!isRecord(value)) continue
    const fields = (value.arguments[0].properties as Node[]).map((property) => ({
      name: property.key.name as string,
      type: typeText(property.value, constants),
    }))
    schemas.set(name, fields)
  }
  return schemas
}

/** Every number that a file names: constants, fields of objects, and defaults of parameters. */
export function numbersIn(path: string): Map<string, number> {
  const { program } = parse(path)
  const constants = constantsOf(program)
  const numbers = new Map<string, number>()
  walk(program, (node) => {
    const [name, value] = named(node)
    if (name === undefined || value === undefined) return
    const number = numberOf(value, constants)
    if (number !== undefined) numbers.set(name, number)
  })
  return numbers
}

function named(node: Node): [string?, Node?] {
  if (node.type === 'VariableDeclarator' && node.init) return [node.id.name, node.init]
  if (node.type === 'Property') return [node.key.name, node.value.right ?? node.value]
  if (node.type === 'AssignmentPattern') return [node.left.name, node.right]
  return []
}

type Constants = ReadonlyMap<string, Node>

function constantsOf(program: Node): Constants {
  const found = new Map<string, Node>()
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator' && node.id.name && node.init)
      found.set(node.id.name, plain(node.init))
  })
  return found
}

/** What stands inside `… as const` and parentheses. */
function plain(node: Node): Node {
  const isWrapped = node.type === 'TSAsExpression' || node.type === 'ParenthesizedExpression'
  return isWrapped ? plain(node.expression) : node
}

function calleeOf(node: Node): string | undefined {
  return node.type === 'CallExpression' ? node.callee.name : undefined
}

function isRecord(node: Node): boolean {
  return /^(?:r|extensibleR)ecord$/.test(calleeOf(node) ?? '')
}

const words: Readonly<Record<string, string>> = {
  minionId: 'minion id',
  jobId: 'jid',
  anyMap: 'map',
  dataMap: 'map',
  anything: 'any value',
  saltenv: 'saltenv',
  saltPath: 'path',
  boolean: 'boolean',
}

/** A decoder as the specification writes its type. Throws for one it has no words for. */
function typeText(node: Node, constants: Constants): string {
  if (node.type === 'Identifier') return identifierText(node.name, constants)
  const [first, second] = node.arguments as Node[]
  const number = (each: Node | undefined) => (each === undefined ? undefined : numberOf(each, constants))
  const inner = (each: Node | undefined) => (each === undefined ? '' : typeText(each, constants))
  switch (calleeOf(node)) {
    case 'bytes':
      return `${number(first)} bytes`
    case 'binary':
      return `bytes ≤ ${number(first)}`
    case 'text':
      return `text ≤ ${number(first)}`
    case 'printable':
      return `printable ≤ ${number(first)}`
    case 'integer':
      return `integer ${range(number(first) ?? 0, number(second))}`
    case 'number':
      return `number ${range(number(first) ?? 0, number(second))}`
    case 'oneOf':
      return `one of ${choices(node.arguments, constants).join(', ')}`
    case 'listOf':
      return `list ≤ ${number(second) ?? 100_000} of ${inner(first)}`
    case 'either':
      return `${inner(first)}, or ${inner(second)}`
    case 'optional':
      return `${inner(first)}; optional`
    default:
      throw new Error(`no words for ${calleeOf(node)}`)
  }
}

function identifierText(name: string, constants: Constants): string {
  const word = words[name]
  if (word !== undefined) return word
  const value = constants.get(name)
  if (value === undefined || isRecord(value)) return name
  return typeText(value, constants)
}

function range(min: number, max: number | undefined): string {
  return max === undefined ? `≥ ${min}` : `${min} to ${max}`
}

function choices(nodes: readonly Node[], constants: Constants): string[] {
  return nodes.flatMap((node) => {
    if (node.type !== 'SpreadElement') return [node.value as string]
    const { name } = node.argument
    const elements: Node[] | undefined = constants.get(name)?.elements
    if (elements !== undefined) return elements.map((element) => element.value as string)
    // A list of another package.
    return (core as unknown as Record<string, readonly string[]>)[name] ?? []
  })
}

/** The value of an expression of numbers, or undefined for anything else. */
function numberOf(wrapped: Node, constants: Constants): number | undefined {
  const node = plain(wrapped)
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : undefined
  if (node.type === 'Identifier') {
    const value = constants.get(node.name)
    return value === undefined ? undefined : numberOf(value, constants)
  }
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const value = numberOf(node.argument, constants)
    return value === undefined ? undefined : -value
  }
  return node.type === 'BinaryExpression' ? calculated(node, constants) : undefined
}

function calculated(node: Node, constants: Constants): number | undefined {
  const left = numberOf(node.left, constants)
  const right = numberOf(node.right, constants)
  if (left === undefined || right === undefined) return undefined
  if (node.operator === '*') return left * right
  if (node.operator === '+') return left + right
  return node.operator === '**' ? left ** right : undefined
}
