// SPDX-License-Identifier: Apache-2.0

/** The assignments of an os-release or lsb-release file. */
export type Assignments = Readonly<Record<string, string>>

/**
 * Parses shell-like assignments: `NAME=value`, the value bare or in quotes, `\` before `$ " ' \` and the backquote an
 * escape. Other lines are skipped (os-release(5)).
 */
export function parseAssignments(text: string): Assignments {
  const found: Record<string, string> = {}
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z_0-9]*)=(.*?)\s*$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) found[name] = unquote(value)
  }
  return found
}

function unquote(value: string): string {
  const [, , inner] = /^(["'])(.*)\1$/.exec(value) ?? []
  return (inner ?? value).replace(/\\([$"'\\`])/g, '$1')
}

/** The parts of a CPE name that say which system it is (https://cpe.mitre.org), from its URI or its 2.3 form. */
export interface Cpe {
  readonly vendor: string
  readonly product: string
  readonly version: string
}

/** Parses `CPE_NAME`; undefined when it is not one. */
export function parseCpe(name: string): Cpe | undefined {
  const fields = name.split(':')
  const skip =
    fields[0] === 'cpe' && fields[1]?.startsWith('/') ? 2 : name.startsWith('cpe:2.3:') ? 3 : undefined
  if (skip === undefined) return undefined
  const [vendor, product, version] = fields.slice(skip)
  if (vendor === undefined || product === undefined) return undefined
  return { vendor, product, version: version === '*' ? '' : (version ?? '') }
}
