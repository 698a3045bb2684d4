// SPDX-License-Identifier: Apache-2.0

/**
 * The kernel's command line as pairs of name and value; the value is null if it is missing, or where it has an `=`
 * of its own (as Salt has it).
 */
export function parseKernelParameters(text: string): [string, string | null][] {
  const words = text.trim().match(/(?:"[^"]*"|[^\s"])+/g) ?? []
  return words.map((word) => {
    const [name = '', value, ...more] = word.replaceAll('"', '').split('=')
    return [name, value === undefined || more.length > 0 ? null : value]
  })
}
