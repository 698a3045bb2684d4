// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { cwd, https, remote, tail, url } from './arguments.ts'
import { redacted, remoteOf } from './login.ts'
import { Repository } from './repository.ts'
import { nameWord } from './words.ts'

const redact_auth = arg.boolean('Whether what stands before the ``@`` of a URL is hidden.').default(true)

/** Functions of the remotes that a working copy knows by name. */
export const remoteUrlFunctions = {
  remote_get: fn({
    doc: 'Return the URLs of a remote.',
    examples: ["salt '*' git.remote_get /path/to/repo upstream"],
    args: {
      cwd,
      remote: remote.default('origin'),
      user: tail.user,
      password: tail.password,
      redact_auth,
      ignore_retcode: tail.ignore_retcode,
      output_encoding: tail.output_encoding,
    },
    run: async (ctx, args) => remoteUrls(await Repository.at(ctx, args.cwd, args), args),
  }),
  remote_set: fn({
    doc: 'Make or change a remote. Returns its URLs. A user and password are not kept.',
    examples: ["salt '*' git.remote_set /path/to/repo git@github.com:user/repo.git remote=upstream"],
    args: {
      cwd,
      url,
      remote: remote.default('origin'),
      user: tail.user,
      password: tail.password,
      ...https,
      push_url: arg.string('URL that is pushed to.').optional(),
      push_https_user: arg.string('User for that, by https.').optional(),
      push_https_pass: arg.string('Password for that.').optional(),
      ignore_retcode: tail.ignore_retcode,
      output_encoding: tail.output_encoding,
    },
    run: async (ctx, args) => {
      const repository = await Repository.at(ctx, args.cwd, args)
      const push = args.push_url === undefined ? undefined : remoteOf(args.push_url).url
      await setRemote(repository, { name: args.remote, url: remoteOf(args.url, args).url, push })
      return remoteUrls(repository, { remote: args.remote, redact_auth: true })
    },
  }),
  remotes: fn({
    doc: 'Return the remotes of a working copy and their URLs.',
    examples: ["salt '*' git.remotes /path/to/repo"],
    args: {
      cwd,
      user: tail.user,
      password: tail.password,
      redact_auth,
      ignore_retcode: tail.ignore_retcode,
      output_encoding: tail.output_encoding,
    },
    run: async (ctx, args) => {
      const found = await (await Repository.at(ctx, args.cwd, args)).remotes()
      return args.redact_auth ? hiddenUrls(found) : found
    },
  }),
}

/** Makes or replaces a remote. */
export async function setRemote(
  repository: Repository,
  {
    name,
    url: to,
    push,
  }: { readonly name: string; readonly url: string; readonly push?: string | undefined },
): Promise<void> {
  nameWord(name, 'remote')
  if ((await repository.remotes())[name] !== undefined) await repository.run(['remote', 'rm', name])
  await repository.run(['remote', 'add', name, to])
  if (push !== undefined) await repository.run(['remote', 'set-url', '--push', name, push])
}

async function remoteUrls(
  repository: Repository,
  { remote: name, redact_auth: isHidden }: { readonly remote: string; readonly redact_auth: boolean },
): Promise<unknown> {
  const found = await repository.remotes()
  const urls = (isHidden ? hiddenUrls(found) : found)[name]
  if (urls !== undefined) return urls
  throw new SaltError(
    'COMMAND_FAILED',
    `Remote '${name}' not present in git checkout located at ${repository.path}`,
  )
}

function hiddenUrls(found: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  return Object.fromEntries(
    Object.entries(found).map(([name, urls]) => [
      name,
      Object.fromEntries(Object.entries(urls).map(([action, text]) => [action, redacted(pythonStr(text))])),
    ]),
  )
}
