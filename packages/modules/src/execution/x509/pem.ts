// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** One block of PEM. */
export interface PemBlock {
  readonly label: string
  /** As it stands, with its first and last line. */
  readonly text: string
  readonly der: Buffer
}

/** Whether bytes hold PEM. */
export function isPem(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN')
}

/** The blocks of a text, in their order. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const found = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g)
  return [...found].map(([block, label = '', body = '']) => ({
    label,
    text: `${block}\n`,
    der: Buffer.from(body.replace(/^.*:.*$/gm, ''), 'base64'),
  }))
}

/** DER as PEM. */
export function pemText(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${wrapped(der.toString('base64'))}-----END ${label}-----\n`
}

/**
 * The first entry of a text, in its normal form: lines of 64 characters. `type` is its label, or a regular expression of it.
 * Texts whose line breaks are missing or are written `\n` are repaired. Throws when there is no such entry.
 */
export function pemEntry(given: string, type?: string): string {
  const text = withLines(given.replaceAll('\\n', '\n'))
  const header = `(?<header>-----BEGIN ${type ?? '[0-9A-Z ]+'}-----)`
  const dek = 'DEK-Info: (?:DES-[3A-Z\\-]+,[0-9A-F]{16}|[0-9A-Z\\-]+,[0-9A-F]{32})'
  const pattern = new RegExp(
    `\\s*${header}\\s+(?:(?<proc>Proc-Type: 4,ENCRYPTED)\\s*)?(?:(?<dek>${dek})\\s*)?` +
      `(?<body>.+?)\\s+(?<footer>-----END ${type ?? '[0-9A-Z ]+'}-----)\\s*`,
    's',
  )
  const groups = pattern.exec(text)?.groups
  if (groups === undefined)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      type === undefined
        ? `PEM text not valid:\n${text}`
        : `PEM does not contain a single entry of type ${type}:\n${text}`,
    )
  const { proc, dek: key } = groups
  const cipher = `${proc === undefined ? '' : `${proc}\n`}${key === undefined ? '' : `${key}\n\n`}`
  return `${groups['header']}\n${cipher}${wrapped(groups['body']?.replace(/\s+/g, '') ?? '')}${groups['footer']}\n`
}

/** The line breaks of PEM that arrived in one line, as from the mine. */
function withLines(text: string): string {
  if (!/^-----[^\n]*-----$/.test(text.trimEnd()) || text.trimEnd().includes('\n')) return text
  return text
    .trimEnd()
    .split(/(-----[^-]*-----)/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('-----') ? part : part.replace(/.{64}/g, '$&\n')))
    .join('\n')
}

function wrapped(base64: string): string {
  return base64.replace(/.{1,64}/g, '$&\n')
}
