// SPDX-License-Identifier: Apache-2.0

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
}

/** Text with the five characters of HTML escaped, as MarkupSafe writes them. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => escapes[character] ?? character)
}
