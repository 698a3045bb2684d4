// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, masterFn } from '@halite/loader'

/** `git_pillar`: the repositories that pillar comes from. */
export default defineModule({
  name: 'git_pillar',
  doc: 'Fetches the git repositories that ``ext_pillar`` names.',
  functions: {
    update: masterFn({
      doc: 'Fetch remotes now and return, by remote, True for what is new, None for nothing and False for a failure, whose reason is reported as progress.',
      examples: [
        'salt-run git_pillar.update',
        "salt-run git_pillar.update branch='branch' repo='https://foo.com/bar.git'",
        'salt-run git_pillar.update repo=myrepo',
      ],
      args: {
        branch: arg.string('Only remotes with this branch, or ``__env__``.').optional(),
        repo: arg.string('Only remotes with this URL or ``name``.').optional(),
      },
      run: async (ctx, { branch, repo }) => {
        const { remotes, failures } = await ctx.pillars.fetch({ branch, repo })
        for (const error of failures) ctx.progress({ error })
        return remotes
      },
    }),
  },
})
