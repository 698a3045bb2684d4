// SPDX-License-Identifier: Apache-2.0

const python = 'it needs Python'
const template = `${python}; write the file with \`#!jinja|yaml\``
const code = `${python}; write the file with \`#!js\`, whose default export makes the data, or with \`#!jinja|yaml\``

const reasons: ReadonlyMap<string, string> = new Map([
  ['py', code],
  ['pydsl', code],
  ['pyobjects', code],
  ['mako', template],
  ['wempy', template],
  ['genshi', template],
  ['cheetah', template],
  ['yaml_mako', template],
  ['json_mako', template],
  ['yaml_wempy', template],
  ['json_wempy', template],
  ['stateconf', 'it is not built; name the states of the file, and require them by name'],
  ['yamlex', 'it is not built; merge maps with `slsutil.merge`, or with `{% do base.update(more) %}`'],
])

/** Why a renderer or template engine of Salt's is not here, and what to write instead; undefined for a name it does not have. */
export function replacementOf(name: string): string | undefined {
  return reasons.get(name)
}
