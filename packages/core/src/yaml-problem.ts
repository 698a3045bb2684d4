// SPDX-License-Identifier: Apache-2.0

/** What is wrong with a YAML document, in the reader's words, and where. */
export interface YamlProblem {
  readonly offset: number
  readonly problem: string
}

const unacceptableKey =
  'while constructing a mapping, found unacceptable key: `{{ … }}` that is not rendered, or a list or map as key'

function notClosed(opens: string): string {
  if (opens === '[' || opens === '{')
    return `did not find expected ',' or '${opens === '[' ? ']' : '}'}': \`${opens}\` is not closed`
  return `found unexpected end of stream: a quote \`${opens}\` is not closed`
}

/** What the library says, by how it begins → Salt's words for it, and what the reader can do. */
const words: readonly (readonly [begins: string, problem: string])[] = [
  ['found unhashable key', unacceptableKey],
  ['nested arrays are not supported inside keys', unacceptableKey],
  [
    'tab characters must not be used',
    'found character that cannot start any token: a tab cannot indent a line; use blanks',
  ],
  [
    'bad indentation of a mapping entry',
    'did not find expected key: this line stands deeper or less deep than its neighbours; or the value needs quotes',
  ],
  [
    'bad indentation of a sequence entry',
    "did not find expected '-' indicator: this item stands deeper or less deep than the other items of its list",
  ],
  [
    'can not read a block mapping entry',
    "could not find expected ':': this line has no `:` with a blank behind it",
  ],
  [
    'can not read an implicit mapping pair',
    "could not find expected ':': this line has no `:` with a blank behind it",
  ],
  [
    'a whitespace character is expected after the key-value separator',
    "did not find expected ',' or '}': a blank is missing behind `:`",
  ],
  [
    'missed comma between flow collection entries',
    "did not find expected ',' or ']': a comma is missing between the items of a list or map in brackets",
  ],
  ['unexpected end of the stream within a double quoted', notClosed('"')],
  ['unexpected end of the document within a double quoted', notClosed('"')],
  ['unexpected end of the stream within a single quoted', notClosed("'")],
  ['unexpected end of the document within a single quoted', notClosed("'")],
  ['unknown escape sequence', 'found unknown escape character behind `\\`; in single quotes it is no escape'],
  ['unidentified alias', 'found undefined alias: no `&` above gives anything this name'],
  [
    'end of the stream or a document separator is expected',
    'did not find expected <document start>: this does not belong to what stands above; check the indentation',
  ],
  [
    'the stream contains non-printable characters',
    'special characters are not allowed: one cannot be printed',
  ],
  ['null byte is not allowed', 'special characters are not allowed: a NUL byte'],
]

/** The problem as a reader needs it: a bracket or quote that is not closed is reported where it opens, not where the text ends. */
export function yamlProblem(text: string, { offset, problem }: YamlProblem): YamlProblem {
  const open = endsOpen.test(problem) ? whatIsOpen(text) : undefined
  if (open !== undefined) return { offset: open, problem: notClosed(text[open] ?? '') }
  return { offset, problem: words.find(([begins]) => problem.startsWith(begins))?.[1] ?? problem }
}

/** What the library says when something is still open. */
const endsOpen = /deficient indentation|within a flow collection|missed comma|end of the stream or a document/

/** Quoted text, comments, brackets that open or close a list or map, and quotes that nothing closes. */
const token = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?<=^|\s)#[^\n]*|(?<=(?:^|[\s,[{:-])\s*)[[{"']|[\]}]/gms

function whatIsOpen(text: string): number | undefined {
  const open: number[] = []
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '[' || found === '{') open.push(index)
    else if (found === '"' || found === "'") return index
    else if (found === ']' || found === '}') open.pop()
  }
  return open.at(-1)
}
