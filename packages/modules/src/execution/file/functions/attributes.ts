// SPDX-License-Identifier: Apache-2.0
import { arg, failed, fn } from '@halite/loader'
import { attributesOf, changeAttributes } from '../attributes.ts'
import { expandUser } from '../paths.ts'
import { securityContextOf, setSecurityContext } from '../security-context.ts'

const path = arg.path('The path.')

/** Functions about what file systems keep beside owners and mode: attributes, and labels of SELinux. */
export const attributeFunctions = {
  lsattr: fn({
    doc: 'Return the attributes of a file, or of the files in a directory, by path: a list of letters. None where there is no ``lsattr``.',
    examples: ["salt '*' file.lsattr foo1.txt"],
    args: { path },
    run: async (ctx, { path }) => (await attributesOf(ctx, path)) ?? null,
  }),
  chattr: fn({
    doc: 'Add attributes to files, or remove them. Returns whether that went well.',
    examples: [
      "salt '*' file.chattr foo1.txt foo2.txt operator=add attributes=ai",
      "salt '*' file.chattr foo3.txt operator=remove attributes=i version=2",
    ],
    args: {
      files: arg.rest('The files.', arg.path('A path.')),
      kwargs: arg.keywords(
        '``operator``: ``add`` or ``remove``; ``attributes``: letters of aAcCdDeijPsStTu; ``flags``: letters of RVf; ``version``: a number.',
      ),
    },
    run: (ctx, { files, kwargs }) => changeAttributes(ctx, files, kwargs),
  }),
  get_selinux_context: fn({
    doc: 'Return the SELinux label of a path.',
    examples: ["salt '*' file.get_selinux_context /etc/hosts"],
    args: { path },
    run: async (ctx, { path }) =>
      (await securityContextOf(ctx, path)) ??
      failed(`No selinux context information is available for ${path}`, 1),
  }),
  set_selinux_context: fn({
    doc: 'Set parts of the SELinux label of a path; return the label, or False.',
    examples: [
      "salt '*' file.set_selinux_context /etc/yum.repos.d/epel.repo system_u object_r system_conf_t s0",
    ],
    args: {
      path,
      user: arg.string('Its user.').optional(),
      role: arg.string('Its role.').optional(),
      type: arg.string('Its type.').optional(),
      range: arg.string('Its level, or range of levels.').optional(),
      persist: arg.boolean('Whether the policy is changed too.').default(false),
    },
    run: setSecurityContext,
  }),
  restorecon: fn({
    doc: 'Set the SELinux label that the policy has for a path; return whether that went well.',
    examples: ["salt '*' file.restorecon /home/user/.ssh/authorized_keys"],
    args: { path, recursive: arg.boolean('Whether of all below it too.').default(false) },
    run: async (ctx, { path, recursive }) => {
      const argv = ['restorecon', recursive ? '-FR' : '-F', '--', await expandUser(ctx, path)]
      return (await ctx.run.text(argv)).retcode === 0
    },
  }),
}
