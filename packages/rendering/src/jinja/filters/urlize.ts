// SPDX-License-Identifier: Apache-2.0
import { escapeHtml } from '../runtime/markup.ts'

export interface UrlizeOptions {
  /** Longest text of a link; longer ones end with `...`. */
  readonly limit: number | undefined
  readonly rel: string
  readonly target: string | undefined
  /** Further beginnings that make a word a link. */
  readonly schemes: readonly string[]
}

const http =
  /^(?:(?:https?:\/\/|www\.)(?:(?:[\w%-]+\.)+)?(?:[a-z]{2,63}|xn--[\w%]{2,59})|(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)|https?:\/\/(?:(?:\d{1,3}\.){3}\d{1,3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\]))(?::\d{1,5})?(?:[/?#]\S*)?$/i
const email = /^\S+@\w[\w.-]*\.\w+$/
const longestWord = 2048

/** Escaped text whose URLs and mail addresses are links. */
export function urlize(text: string, options: UrlizeOptions): string {
  return escapeHtml(text)
    .split(/(\s+)/)
    .map((word) => (word.length > longestWord ? word : linked(word, options)))
    .join('')
}

function linked(word: string, options: UrlizeOptions): string {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? ''
  let middle = word.slice(head.length)
  let tail = /(?:[)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? ''
  middle = middle.slice(0, middle.length - tail.length)
  for (const [open, close] of [
    ['(', ')'],
    ['<', '>'],
    ['&lt;', '&gt;'],
  ] as const) {
    let missing = middle.split(open).length - middle.split(close).length
    for (; missing > 0 && tail.includes(close); missing--) {
      const end = tail.indexOf(close) + close.length
      middle += tail.slice(0, end)
      tail = tail.slice(end)
    }
  }
  return head + link(middle, options) + tail
}

function link(middle: string, { limit, rel, target, schemes }: UrlizeOptions): string {
  const marks = `${rel === '' ? '' : ` rel="${escapeHtml(rel)}"`}${target === undefined ? '' : ` target="${escapeHtml(target)}"`}`
  const shown = limit !== undefined && middle.length > limit ? `${middle.slice(0, limit)}...` : middle
  if (http.test(middle)) {
    const url = /^https?:\/\//.test(middle) ? middle : `https://${middle}`
    return `<a href="${url}"${marks}>${shown}</a>`
  }
  if (middle.startsWith('mailto:') && email.test(middle.slice(7)))
    return `<a href="${middle}">${middle.slice(7)}</a>`
  const isAddress =
    middle.includes('@') && !/^(?:www\.|@)/.test(middle) && !middle.includes(':') && email.test(middle)
  if (isAddress) return `<a href="mailto:${middle}">${middle}</a>`
  const scheme = schemes.find((each) => middle !== each && middle.startsWith(each))
  return scheme === undefined ? middle : `<a href="${middle}"${marks}>${middle}</a>`
}
