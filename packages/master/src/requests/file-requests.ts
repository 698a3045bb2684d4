// SPDX-License-Identifier: Apache-2.0
import {
  type FileSource,
  type FoundFile,
  type HashedFile,
  type ListPage,
  PagedLists,
  SharedTrees,
} from '@halite/fileserver'
import { type FileList, fileLoads, loads, type ServeFile } from '@halite/protocol'
import { type Handler, minionHandler } from '@halite/transport'
import type { FileTurns } from '../files/file-turns.ts'

/** What an established minion may ask of the file server: everything that is served is for every minion. */
export function fileRequests(files: FileSource, turns: FileTurns): readonly (readonly [string, Handler])[] {
  const lists: Lists = { files, pages: new PagedLists(), trees: new SharedTrees(files) }
  return [
    ['_file_envs', minionHandler(loads.emptySchema, () => files.envs())],
    [
      '_file_find',
      minionHandler(fileLoads.fileSchema, async (_, file) => foundReply(await files.find(file))),
    ],
    [
      '_file_hash_and_stat',
      minionHandler(fileLoads.fileSchema, async (_, file) => hashedReply(await files.findHashed(file))),
    ],
    ['_file_list', minionHandler(fileLoads.fileListSchema, (_, load) => listPage(lists, load))],
    [
      '_serve_file',
      minionHandler(fileLoads.serveSchema, (session, load) =>
        turns.add(session, (room) => serve(files, load, room)),
      ),
    ],
  ]
}

/** Where a file lies on the master is nobody else's business. */
function foundReply(file: FoundFile | undefined): Record<string, unknown> | undefined {
  if (file === undefined) return undefined
  const { size, mode, mtime, version } = file
  return { size, mode, mtime, version }
}

function hashedReply(file: HashedFile | undefined): Record<string, unknown> | undefined {
  return file && { ...foundReply(file), hash_type: file.hash_type, hsum: file.hsum }
}

interface Lists {
  readonly files: FileSource
  readonly pages: PagedLists
  readonly trees: SharedTrees
}

async function listPage({ files, pages, trees }: Lists, load: FileList): Promise<ListPage> {
  const { saltenv, form, prefix = '', page, held } = load
  if (form === 'links') {
    const links = await files.symlinks(saltenv, { prefix })
    return pages.page(links, () => Object.entries(links), { page, held })
  }
  if (form === 'tree') {
    const tree = await trees.of({ saltenv, prefix, page })
    return pages.page(tree, () => tree.map(treeItem), { page, held })
  }
  const paths = await files.list(saltenv, form, { prefix })
  return pages.page(paths, () => paths, { page, held })
}

function treeItem({ path, size, mode, mtime, version, hash_type, hsum }: HashedFile): readonly unknown[] {
  return [path, size, mode, mtime, version, hash_type, hsum]
}

function serve(
  files: FileSource,
  { saltenv, path, version, loc, length }: ServeFile,
  room: Buffer,
): Promise<Uint8Array> {
  // The version holds the size: a source that finds another one refuses.
  const file = { saltenv, path, version, size: loc + length, mode: 0, mtime: 0 }
  return files.read(file, { loc, length }, { room })
}
