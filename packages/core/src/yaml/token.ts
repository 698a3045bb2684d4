// SPDX-License-Identifier: Apache-2.0

/** What a token is, in libyaml's terms. */
export type TokenType =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence'
  | 'block-mapping'
  | 'block-end'
  | 'flow-sequence'
  | 'flow-sequence-end'
  | 'flow-mapping'
  | 'flow-mapping-end'
  | 'flow-entry'
  | 'block-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

/** A piece of a document. */
export interface Token {
  readonly type: TokenType
  readonly start: number
  readonly end: number
  /** Of a scalar its value, of an alias or anchor its name, of a tag what follows the handle, of a directive its value. */
  readonly text: string
  /** Of a tag or tag directive its handle; of a scalar `plain` or `quoted`. */
  readonly detail: string
}

/** A token that is nothing but its type and place. */
export function tokenOf(type: TokenType, start: number, end: number): Token {
  return { type, start, end, text: '', detail: '' }
}
