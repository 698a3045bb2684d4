// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ModuleKind, readSiteTree, type SiteModule, takeSnapshot } from '../../src/index.ts'

/** A temporary directory with these files, path → text; removed when the test has finished. */
export function directoryWith(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'site-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  addFiles(directory, files)
  return directory
}

/** Writes files, path → text, below a directory. */
export function addFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
}

/** The modules of these files, copied to where they can be imported. */
export async function siteModules(files: Readonly<Record<string, string>>): Promise<readonly SiteModule[]> {
  const tree = await readSiteTree(directoryWith(files))
  const snapshot = await takeSnapshot(tree, directoryWith())
  return tree.modules.map(({ kind, file, path }) => ({
    kind,
    file,
    path: `/srv/site/${path}`,
    snapshot,
    copy: path,
  }))
}

/** The one module of kind `kind` that consists of this text. */
export async function siteModule<K extends ModuleKind>(
  text: string,
  kind: K,
): Promise<SiteModule & { kind: K }> {
  const folder = kind === 'execution' ? 'modules' : kind
  const [module] = await siteModules({ [`${folder}/own.mjs`]: text })
  if (module === undefined) throw new Error('the file is no module')
  return { ...module, kind }
}
