// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import type { StateFiles, StateText } from '@halite/states'

/** The files of states, each read once for a call: all that includes it sees the same text. */
export function stateFiles({ files, fs }: ExecContext): StateFiles {
  const known = new Map<string, Promise<StateText | undefined>>()
  const fetch = async (path: string, saltenv: string): Promise<StateText | undefined> => {
    const localPath = await files.cacheFile(`salt://|${path}`, { saltenv })
    return localPath === undefined ? undefined : { text: await fs.readText(localPath), localPath }
  }
  return {
    envs: () => files.envs(),
    list: (saltenv) => files.listFiles('', { saltenv }),
    read(path, saltenv) {
      const key = `${saltenv}\0${path}`
      let file = known.get(key)
      if (file === undefined) {
        file = fetch(path, saltenv)
        known.set(key, file)
      }
      return file
    },
  }
}
