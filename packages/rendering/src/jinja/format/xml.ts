// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr } from '@halite/core'
import { TemplateProblem } from '../runtime/errors.ts'
import { Markup } from '../runtime/objects.ts'

interface Element {
  readonly tag: string
  readonly attributes: (readonly [name: string, value: string])[]
  readonly children: Element[]
  text: string | undefined
}

/** Data as Salt's filter `xml` writes it: keys are tags, lists repeat them, other values below a map are attributes. */
export function xmlText(value: unknown): string {
  const root = treeOf(entriesFor(value), undefined)
  if (root === undefined)
    throw new TemplateProblem('syntax', 'Value is not a dict or list. Cannot render as XML')
  return `<?xml version="1.0" ?>\n${written(root, 0)}`
}

function entriesFor(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (isMap(value)) return entriesOf(value)
  if (!Array.isArray(value))
    throw new TemplateProblem('syntax', 'Value is not a dict or list. Cannot render as XML')
  return value.length >= 2 && typeof value[0] === 'string' ? [[value[0], value[1]]] : []
}

/** Adds the elements of some entries below `parent`; gives the last one, as Salt does. */
function treeOf(
  entries: readonly (readonly [unknown, unknown])[],
  parent: Element | undefined,
): Element | undefined {
  let last: Element | undefined
  for (const [tag, value] of entries) {
    if (Array.isArray(value)) {
      for (const item of value) last = treeOf([[tag, item]], parent) ?? last
      continue
    }
    last = { tag: pythonStr(tag), attributes: [], children: [], text: undefined }
    parent?.children.push(last)
    fill(last, value)
  }
  return last
}

function fill(element: Element, value: unknown): void {
  if (value instanceof Markup || typeof value !== 'object' || value === null) {
    element.text = pythonStr(value)
    return
  }
  for (const [key, item] of entriesFor(value)) {
    if (isMap(item) || Array.isArray(item)) treeOf([[key, item]], element)
    else element.attributes.push([pythonStr(key), pythonStr(item)])
  }
}

function written({ tag, attributes, children, text }: Element, depth: number): string {
  const margin = ' '.repeat(depth)
  const open = `${margin}<${tag}${attributes.map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('')}`
  if (children.length === 0 && text === undefined) return `${open}/>\n`
  if (children.length === 0) return `${open}>${escapeXml(text ?? '')}</${tag}>\n`
  return `${open}>\n${children.map((child) => written(child, depth + 1)).join('')}${margin}</${tag}>\n`
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('>', '&gt;')
}
