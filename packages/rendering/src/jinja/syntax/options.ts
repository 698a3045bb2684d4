// SPDX-License-Identifier: Apache-2.0

/** How a template's text is cut into data, statements, expressions and comments. Names are Jinja's, in camel case. */
export interface SyntaxOptions {
  readonly blockStart: string
  readonly blockEnd: string
  readonly variableStart: string
  readonly variableEnd: string
  readonly commentStart: string
  readonly commentEnd: string
  /** Begins a line that is a statement; off when undefined. */
  readonly lineStatementPrefix: string | undefined
  /** Begins a comment up to the end of the line; off when undefined. */
  readonly lineCommentPrefix: string | undefined
  /** The first newline after a statement is dropped. */
  readonly trimBlocks: boolean
  /** Spaces and tabs before a statement that starts its line are dropped. */
  readonly lstripBlocks: boolean
  readonly keepTrailingNewline: boolean
  readonly newlineSequence: string
}

/** Jinja's own delimiters, no trimming. */
export const defaultSyntax: SyntaxOptions = {
  blockStart: '{%',
  blockEnd: '%}',
  variableStart: '{{',
  variableEnd: '}}',
  commentStart: '{#',
  commentEnd: '#}',
  lineStatementPrefix: undefined,
  lineCommentPrefix: undefined,
  trimBlocks: false,
  lstripBlocks: false,
  keepTrailingNewline: false,
  newlineSequence: '\n',
}

const optionNames: Readonly<Record<string, keyof SyntaxOptions>> = {
  block_start_string: 'blockStart',
  block_end_string: 'blockEnd',
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  comment_start_string: 'commentStart',
  comment_end_string: 'commentEnd',
  line_statement_prefix: 'lineStatementPrefix',
  line_comment_prefix: 'lineCommentPrefix',
  trim_blocks: 'trimBlocks',
  lstrip_blocks: 'lstripBlocks',
  keep_trailing_newline: 'keepTrailingNewline',
  newline_sequence: 'newlineSequence',
}

/**
 * The syntax that the entries of `jinja_env` or `jinja_sls_env` ask for. Names are matched without regard to case, as
 * Salt does; unknown names and values of the wrong type are ignored and returned in `ignored`.
 */
export function syntaxFrom(entries: Iterable<readonly [unknown, unknown]>): {
  readonly syntax: SyntaxOptions
  readonly ignored: readonly string[]
} {
  const chosen: Record<string, unknown> = {}
  const ignored: string[] = []
  for (const [key, value] of entries) {
    const name = String(key).toLowerCase()
    const option = Object.hasOwn(optionNames, name) ? optionNames[name] : undefined
    if (option === undefined || !isValid(option, value)) ignored.push(String(key))
    else chosen[option] = value ?? undefined
  }
  return { syntax: { ...defaultSyntax, ...chosen }, ignored }
}

function isValid(option: keyof SyntaxOptions, value: unknown): boolean {
  if (option.endsWith('Prefix') && (value === null || value === undefined)) return true
  if (option === 'newlineSequence') return value === '\n' || value === '\r\n' || value === '\r'
  return typeof value === (typeof defaultSyntax[option] === 'boolean' ? 'boolean' : 'string') && value !== ''
}
