// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { baseName, directoryName, joinPaths, normalPath } from '../written-paths.ts'

const path = arg.string('The path.')

/** Functions that look at how a path is written, and not at the file. */
export const pathFunctions = {
  basename: fn({
    doc: 'Return the last part of a path; empty when it ends with a slash.',
    examples: ["salt '*' file.basename 'test/test.config'"],
    args: { path },
    run: ({ platform }, { path }) => baseName(path, platform),
  }),
  dirname: fn({
    doc: 'Return a path without its last part.',
    examples: ["salt '*' file.dirname 'test/path/filename.config'"],
    args: { path },
    run: ({ platform }, { path }) => directoryName(path, platform),
  }),
  join: fn({
    doc: 'Join parts of a path; an absolute part takes the place of those before it.',
    examples: ["salt '*' file.join '/' 'usr' 'local' 'bin'"],
    args: { args: arg.rest('The parts.', arg.string('A part.')) },
    run: ({ platform }, { args }) => joinPaths(args, platform),
  }),
  normpath: fn({
    doc: 'Return a path without double slashes, ``.`` and ``..``.',
    examples: ["salt '*' file.normpath 'a/b/c/..'"],
    args: { path },
    run: ({ platform }, { path }) => normalPath(path, platform),
  }),
  pardir: fn({
    doc: 'Return what stands for the directory above: ``..``.',
    examples: ["salt '*' file.pardir"],
    run: () => '..',
  }),
}
