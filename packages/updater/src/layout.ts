// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The places below the directory of a frozen application. All lie on one file system, so that a rename is enough. */
export class Layout {
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** One line: the version that starts. */
  get current(): string {
    return join(this.root, 'current')
  }

  /** One line: the version that ran before, the way back. */
  get previous(): string {
    return join(this.root, 'previous')
  }

  /** The version that has to prove itself, and the one that judges; absent otherwise. */
  get trial(): string {
    return join(this.root, 'trial')
  }

  /** How the last trial ended. */
  get verdict(): string {
    return join(this.root, 'verdict')
  }

  /** Versions that were left again, with the reason. */
  get failed(): string {
    return join(this.root, 'failed')
  }

  /** Whether a package manager put the application here: then it is not for us to change. */
  get isPackaged(): boolean {
    return existsSync(join(this.root, '.package'))
  }

  /** The complete versions, a folder each. */
  get versions(): string {
    return join(this.root, 'versions')
  }

  version(name: string): string {
    return join(this.versions, name)
  }

  manifest(name: string): string {
    return join(this.versions, name, 'MANIFEST.json')
  }

  /** Where a version comes to be; emptied at the begin of each attempt. */
  get work(): string {
    return join(this.root, 'updates')
  }

  /** The trusted root of a signed repository, and what is known of the repository. */
  get trust(): string {
    return join(this.root, 'trust')
  }
}
