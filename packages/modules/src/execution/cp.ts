// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, fn } from '@halite/loader'

/** `cp`: files of the file server, on the minion. */
export default defineModule({
  name: 'cp',
  doc: 'Brings files of the file server to the minion.',
  functions: {
    get_file: fn({
      doc: 'Copy a file of the file server to a path of the minion. Returns the path; empty when there is no such file.',
      examples: ["salt '*' cp.get_file salt://path/to/file /minion/dest"],
      args: {
        path: arg.string('URL of the file.'),
        dest: arg.string('Where to put it.'),
        saltenv: arg.string('Environment of a URL that names none.').optional(),
      },
      run: async ({ files, fs }, { path, dest, saltenv }) => {
        const cached = await files.cacheFile(path, { saltenv })
        if (cached === undefined) return ''
        await fs.copy(cached, dest)
        return dest
      },
    }),
  },
})
