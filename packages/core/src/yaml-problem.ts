// SPDX-License-Identifier: Apache-2.0

/** What is wrong with a YAML document, in the reader's words, and where. */
export interface YamlProblem {
  readonly offset: number
  readonly problem: string
}

/** What the library says, by how it begins → what the reader can do. */
const words: readonly (readonly [begins: string, problem: string])[] = [
  ['found unhashable key', 'a template, or a map as key, cannot be read here'],
  ['nested arrays are not supported inside keys', 'a template, or a list as key, cannot be read here'],
  ['tab characters must not be used', 'a tab cannot indent a line; use blanks'],
  [
    'bad indentation of a mapping entry',
    'this line stands deeper or less deep than its neighbours; or the value needs quotes',
  ],
  [
    'bad indentation of a sequence entry',
    'this item stands deeper or less deep than the other items of its list',
  ],
  ['can not read a block mapping entry', 'this line has no `:` with a blank behind it'],
  ['can not read an implicit mapping pair', 'this line has no `:` with a blank behind it'],
  ['a whitespace character is expected after the key-value separator', 'a blank is missing behind `:`'],
  [
    'missed comma between flow collection entries',
    'a comma is missing between the items of a list or map in brackets',
  ],
  ['unexpected end of the stream within a double quoted', 'a quote `"` is not closed'],
  ['unexpected end of the document within a double quoted', 'a quote `"` is not closed'],
  ['unexpected end of the stream within a single quoted', "a quote `'` is not closed"],
  ['unexpected end of the document within a single quoted', "a quote `'` is not closed"],
  ['unknown escape sequence', 'an unknown escape behind `\\`; in single quotes it is no escape'],
  [
    'end of the stream or a document separator is expected',
    'this does not belong to what stands above; check the indentation',
  ],
  ['the stream contains non-printable characters', 'a character that cannot be printed'],
  ['null byte is not allowed', 'a NUL byte'],
]

/** The problem as a reader needs it: a bracket or quote that is not closed is reported where it opens, not where the text ends. */
export function yamlProblem(text: string, { offset, problem }: YamlProblem): YamlProblem {
  const open = endsOpen.test(problem) ? whatIsOpen(text) : undefined
  if (open !== undefined) return { offset: open, problem: `\`${text[open]}\` is not closed` }
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
