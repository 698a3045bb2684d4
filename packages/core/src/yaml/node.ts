// SPDX-License-Identifier: Apache-2.0

/** A value of a document before its tag is looked at. Offsets are those of the text. */
export type Node = ScalarNode | SequenceNode | MappingNode

/** Text, quoted or plain. */
export interface ScalarNode {
  readonly kind: 'scalar'
  readonly start: number
  /** As it was written: a URI, or `!`. Undefined for a plain scalar whose text tells its type; `quoted` text has the tag of text. */
  readonly tag: string | undefined
  readonly text: string
}

/** A list. */
export interface SequenceNode {
  readonly kind: 'sequence'
  readonly start: number
  readonly tag: string
  readonly items: Node[]
}

/** A map. */
export interface MappingNode {
  readonly kind: 'mapping'
  readonly start: number
  readonly tag: string
  /** Merging (`<<`) changes them in place. */
  pairs: Pair[]
}

/** A key of a mapping with its value. */
export interface Pair {
  readonly key: Node
  readonly value: Node
}

/** The tag of the YAML repository with this name. */
export function coreTag(name: string): string {
  return `tag:yaml.org,2002:${name}`
}

/** The tag of text. */
export const textTag = coreTag('str')
/** The tag of lists. */
export const sequenceTag = coreTag('seq')
/** The tag of maps. */
export const mappingTag = coreTag('map')
