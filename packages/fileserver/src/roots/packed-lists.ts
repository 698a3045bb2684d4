// SPDX-License-Identifier: Apache-2.0
import type { TreeLists } from './tree-walk.ts'

/** Lists as they go from thread to thread: one long text is copied many times faster than many short ones. */
export interface PackedLists {
  readonly files: string
  readonly dirs: string
  readonly empty_dirs: string
  readonly links: Readonly<Record<string, string>>
}

/** No path holds it. */
const separator = '\0'

/** Packs lists. */
export function packLists({ files, dirs, empty_dirs, links }: TreeLists): PackedLists {
  const [packedFiles, packedDirs, packedEmpty] = [files, dirs, empty_dirs].map((list) => list.join(separator))
  return { files: packedFiles ?? '', dirs: packedDirs ?? '', empty_dirs: packedEmpty ?? '', links }
}

/** Unpacks them. */
export function unpackLists({ files, dirs, empty_dirs, links }: PackedLists): TreeLists {
  const split = (text: string) => (text === '' ? [] : text.split(separator))
  return { files: split(files), dirs: split(dirs), empty_dirs: split(empty_dirs), links }
}
