// SPDX-License-Identifier: Apache-2.0

/** The names by which an sls file knows where it is, as Salt gives them. */
export interface SlsContext {
  readonly tplpath: string
  readonly tplfile: string
  readonly tpldir: string
  readonly tpldot: string
  readonly tplroot: string
  readonly slspath: string
  readonly slsdotpath: string
  readonly slscolonpath: string
  readonly sls_path: string
}

/** What an sls file sees of its own place. `path` is below the file roots (`web/init.sls`), `sls` its dotted name. */
export function slsContext(path: string, sls: string): SlsContext {
  const tplfile = sls === '' ? (path.split('/').at(-1) ?? path) : path
  const slspath = tplfile.includes('/') ? tplfile.slice(0, tplfile.lastIndexOf('/')) : ''
  return {
    tplpath: path,
    tplfile,
    tpldir: slspath === '' ? '.' : slspath,
    tpldot: slspath.replaceAll('/', '.'),
    tplroot: slspath.split('/')[0] || '.',
    slspath,
    slsdotpath: slspath.replaceAll('/', '.'),
    slscolonpath: slspath.replaceAll('/', ':'),
    sls_path: slspath.replaceAll('/', '_'),
  }
}
