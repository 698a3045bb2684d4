// SPDX-License-Identifier: Apache-2.0
import { defineState, stateFn } from '@halite/loader'
import { clonedArguments, manageCloned } from './git/cloned.ts'
import { configSetArguments, configUnsetArguments, manageConfigSet, manageConfigUnset } from './git/config.ts'
import { detachedArguments, manageDetached } from './git/detached.ts'
import { manageLatest } from './git/latest.ts'
import { latestArguments } from './git/latest-arguments.ts'
import { managePresent, presentArguments } from './git/present.ts'

/** `git`: repositories, and what they have checked out. */
export default defineState({
  name: 'git',
  doc: 'Repositories of git, and what they have checked out.',
  needs: { programs: ['git'] },
  functions: {
    latest: stateFn({
      doc: 'Clone a repository, and keep it at the latest commit of a branch, at a tag, or at a commit. What would be lost is not touched unless ``force_reset`` and its kind allow it.',
      examples: [
        "salt '*' state.single git.latest https://example.org/app.git target=/srv/app rev=main branch=main",
      ],
      args: latestArguments,
      run: manageLatest,
    }),
    present: stateFn({
      doc: 'Make an empty repository; one that is there stays as it is.',
      args: presentArguments,
      run: managePresent,
    }),
    detached: stateFn({
      doc: 'Check out a commit, tag or branch without being on a branch.',
      args: detachedArguments,
      run: manageDetached,
    }),
    cloned: stateFn({
      doc: 'Clone a repository when it is not there; one that is there is not updated.',
      args: clonedArguments,
      run: manageCloned,
    }),
    config_set: stateFn({
      doc: 'Set a key of the settings of git to a value, or to several.',
      args: configSetArguments,
      run: manageConfigSet,
    }),
    config_unset: stateFn({
      doc: 'Remove a key, or some of its values, from the settings of git.',
      args: configUnsetArguments,
      run: manageConfigUnset,
    }),
  },
})
