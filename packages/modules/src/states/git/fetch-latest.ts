// SPDX-License-Identifier: Apache-2.0
import { setRemote } from '../../execution/git/remote-urls.ts'
import { reasonOf } from '../../execution/git/repository.ts'
import type { Result } from '../file/result.ts'
import { shownUrl } from './common.ts'
import type { Latest } from './latest-arguments.ts'
import type { Local } from './local-copy.ts'
import type { Progress } from './result.ts'

/** Makes the remote of the working copy lead to the wanted URL. */
export async function pointRemote(
  { args, repository, from, shownName }: Latest,
  { fetchUrl }: Local,
  progress: Progress,
): Promise<void> {
  await setRemote(repository, { name: args.remote, url: from.url })
  if (fetchUrl === undefined) {
    progress.comments.push(`Remote '${args.remote}' set to ${shownUrl(from.url)}`)
    progress.changes['new'] = `${shownName} => ${args.remote}`
    return
  }
  progress.comments.push(
    `Remote '${args.remote}' changed from ${shownUrl(fetchUrl)} to ${shownUrl(from.url)}`,
  )
}

/** Removes tags that the remote has not. Returns whether the tags differ, so that it has to be fetched. */
export async function syncTags(
  { args, repository, from, around }: Latest,
  { tags }: Local,
  progress: Progress,
): Promise<boolean> {
  const login = from.login && { url: from.url, as: from.login }
  const output = await repository.text(['ls-remote', '--tags', '--', args.remote], {
    identity: around.identity,
    login,
  })
  const remote = [...output.matchAll(/refs\/tags\/(\S+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.includes('^{}'))
  const added = remote.filter((name) => !tags.includes(name))
  const gone = tags.filter((name) => !remote.includes(name))
  if (added.length > 0) progress.changes['new_tags'] = added
  if (args.sync_tags && gone.length > 0) {
    for (const name of gone) await repository.run(['tag', '-d', name], { redirect: true })
    progress.changes['deleted_tags'] = gone
    progress.comments.push(`The following tags were removed from the local checkout: ${gone.join(', ')}`)
  }
  return added.length + gone.length > 0
}

/** Fetches the remote. Resolves to a result where that failed. */
export async function fetch(
  { args, repository, from, around, shownName, bare }: Latest,
  progress: Progress,
): Promise<Result | undefined> {
  const refspecs = args.fetch_tags
    ? [
        `refs/heads/${args.refspec_branch}:refs/remotes/${args.remote}/${args.refspec_branch}`,
        `+refs/tags/${args.refspec_tag}:refs/tags/${args.refspec_tag}`,
      ]
    : []
  const login = from.login && { url: from.url, as: from.login }
  try {
    const words = [...(args.force_fetch ? ['--force'] : []), '--', args.remote, ...refspecs]
    const fetched = await repository.fetch(words, { identity: around.identity, login })
    const isUpdated = Object.keys(fetched).length > 0
    if (bare)
      progress.comments.push(
        `Bare repository at ${args.target} was fetched${isUpdated ? ', resulting in updated refs' : ''}`,
      )
    else if (isUpdated) progress.comments.push(`${shownName} was fetched, resulting in updated refs`)
    return undefined
  } catch (error) {
    return progress.failed(
      `Fetch failed. Set 'force_fetch' to True to force the fetch if the failure was due to not being able to fast-forward. Output of the fetch command follows:\n\n${reasonOf(error)}`,
    )
  }
}
