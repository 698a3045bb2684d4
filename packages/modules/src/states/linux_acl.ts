// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { aclAbsent, aclPresent } from './linux_acl/lists.ts'

const acl_type = arg.string(
  '``user``, ``group`` or ``mask``, with ``default:`` or ``d:`` in front for new files of a directory.',
)
const acl_name = arg.string('The user or group; empty for the owner.').default('')
const acl_names = arg.list('Users or groups.', arg.string('A name.')).default([])
const perms = arg.string('Letters of ``rwx``, a ``-`` for none.').default('')
const recurse = arg.boolean('Go through directories and what is in them.').default(false)
const force = arg.boolean('Remove all other access control lists first.').default(false)

/** `acl`: access control lists as states. */
export default defineState({
  name: 'linux_acl',
  virtual: 'acl',
  doc: 'Access control lists of files and directories. ``name`` is the path.',
  needs: { programs: ['getfacl', 'setfacl'] },
  functions: {
    present: stateFn({
      doc: 'Have these permissions for a user or a group.',
      args: { acl_type, acl_name, perms, recurse, force },
      run: (ctx, args) =>
        aclPresent(ctx, args, { names: [args.acl_name], force: args.force, shown: args.acl_name }),
    }),
    absent: stateFn({
      doc: 'Have no permissions for a user or a group in the list.',
      args: { acl_type, acl_name, perms, recurse },
      run: (ctx, args) => aclAbsent(ctx, args, { names: [args.acl_name], shown: args.acl_name }),
    }),
    list_present: stateFn({
      doc: 'Have these permissions for each of several users or groups.',
      args: { acl_type, acl_names, perms, recurse, force },
      run: (ctx, args) =>
        aclPresent(ctx, args, { names: args.acl_names, force: args.force, shown: args.acl_names.join(', ') }),
    }),
    list_absent: stateFn({
      doc: 'Have no permissions for several users or groups in the list.',
      args: { acl_type, acl_names, recurse },
      run: (ctx, args) =>
        aclAbsent(ctx, { ...args, perms: '' }, { names: args.acl_names, shown: args.acl_names.join(', ') }),
    }),
  },
})
