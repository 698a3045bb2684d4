// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf, textDecoder } from '@halite/core'
import type { MachineFiles } from '../machine-files.ts'
import { type Made, made } from './service.ts'

/** Files of the machine, with text. */
export interface FileSystem extends MachineFiles {
  /** A file as text, UTF-8 unless another encoding is named. */
  readText(path: string, options?: { readonly encoding?: string }): Promise<string>
  /** The same; undefined when there is no such file. */
  readTextIfThere(path: string, options?: { readonly encoding?: string }): Promise<string | undefined>
  /** The lines of a text file, without line breaks. */
  readLines(path: string): Promise<readonly string[]>
  exists(path: string): Promise<boolean>
  isFile(path: string): Promise<boolean>
  isDirectory(path: string): Promise<boolean>
}

/** The service `fs`. */
export const fsService: Made<FileSystem> = made<FileSystem>(({ machine: { files } }) => {
  const readText: FileSystem['readText'] = async (path, { encoding } = {}) => {
    const decode = await textDecoder(encoding)
    return decode(await files.read(path))
  }
  const typeOf = async (path: string) => (await files.stat(path))?.type
  return {
    ...files,
    readText,
    readTextIfThere: (path, options) =>
      readText(path, options).catch((error: unknown) => {
        if (systemCodeOf(error) === 'ENOENT') return undefined
        throw error
      }),
    readLines: async (path) => (await readText(path)).replace(/\r?\n$/, '').split(/\r?\n/),
    exists: async (path) => (await typeOf(path)) !== undefined,
    isFile: async (path) => (await typeOf(path)) === 'file',
    isDirectory: async (path) => (await typeOf(path)) === 'directory',
  }
})
