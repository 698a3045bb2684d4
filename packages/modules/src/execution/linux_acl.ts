// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { aclsIn } from './linux_acl/parse.ts'
import { checkedFiles, checkedName, checkedPermissions, checkedType } from './linux_acl/words.ts'

const recursive = 'go through directories and what is in them.'
const files = arg.rest('Files and directories.', arg.path('A path.'))
const type = arg.string(
  '``user``, ``group`` or ``mask``, with ``default:`` or ``d:`` in front for that of new files in a directory.',
)
const name = arg.string('The user or group; empty for the owner.').default('')

/** `acl`: access control lists of files. */
export default defineModule({
  name: 'linux_acl',
  virtual: 'acl',
  doc: 'Access control lists of files and directories, through getfacl and setfacl.',
  needs: { programs: ['getfacl', 'setfacl'] },
  functions: {
    version: fn({
      doc: 'Return the version of getfacl.',
      examples: ["salt '*' acl.version"],
      run: async (ctx) => (await ctx.run.output(['getfacl', '--version'])).split(/\s+/)[1] ?? '',
    }),
    getfacl: fn({
      doc: 'Return the access control lists of files: path → users, groups, mask, others, and ``defaults`` of a directory.',
      examples: ["salt '*' acl.getfacl /tmp/house/kitchen", "salt '*' acl.getfacl /tmp/house recursive=True"],
      args: { args: files, kwargs: arg.keywords(`\`\`recursive\`\`: ${recursive}`) },
      run: async (ctx, { args, kwargs }) => {
        const { stdout } = await run(ctx, [
          'getfacl',
          '--absolute-names',
          ...recursion(kwargs),
          '--',
          ...checkedFiles(args),
        ])
        return aclsIn(stdout)
      },
    }),
    modfacl: fn({
      doc: 'Give a user, a group or the mask these permissions. Returns ``True``.',
      examples: [
        "salt '*' acl.modfacl user myuser rwx /tmp/house/kitchen",
        "salt '*' acl.modfacl default:group mygroup rx /tmp/house recursive=True",
      ],
      args: {
        acl_type: type,
        acl_name: name,
        perms: arg.string('Letters of ``rwxX``, a ``-`` for none, or a number of 0 to 7.').default(''),
        args: files,
        kwargs: arg.keywords(`\`\`recursive\`\`: ${recursive}`),
      },
      run: async (ctx, { acl_type, acl_name, perms, args, kwargs }) => {
        const rule = `${checkedType(acl_type)}:${checkedName(acl_name)}:${checkedPermissions(perms)}`
        await run(ctx, ['setfacl', ...recursion(kwargs), '-m', rule, '--', ...checkedFiles(args)])
        return true
      },
    }),
    delfacl: fn({
      doc: 'Remove the permissions of a user or a group, or the mask. Returns ``True``.',
      examples: ["salt '*' acl.delfacl user myuser /tmp/house/kitchen"],
      args: {
        acl_type: type,
        acl_name: name,
        args: files,
        kwargs: arg.keywords(`\`\`recursive\`\`: ${recursive}`),
      },
      run: async (ctx, { acl_type, acl_name, args, kwargs }) => {
        const rule = `${checkedType(acl_type)}:${checkedName(acl_name)}`
        await run(ctx, ['setfacl', ...recursion(kwargs), '-x', rule, '--', ...checkedFiles(args)])
        return true
      },
    }),
    wipefacls: fn({
      doc: 'Remove all access control lists of files; their modes stay. Returns ``True``.',
      examples: [
        "salt '*' acl.wipefacls /tmp/house/kitchen",
        "salt '*' acl.wipefacls /tmp/house recursive=True",
      ],
      args: { args: files, kwargs: arg.keywords(`\`\`recursive\`\`: ${recursive}`) },
      run: async (ctx, { args, kwargs }) => {
        await run(ctx, ['setfacl', '-b', ...recursion(kwargs), '--', ...checkedFiles(args)])
        return true
      },
    }),
  },
})

/** Rejects with COMMAND_FAILED, and the words of the program, when it fails. */
async function run(ctx: ExecContext, argv: readonly string[]) {
  const result = await ctx.run.text(argv)
  if (result.retcode === 0) return result
  throw new SaltError('COMMAND_FAILED', result.stderr || `${argv[0]} failed with code ${result.retcode}`)
}

function recursion({ recursive: given = false }: Readonly<Record<string, unknown>>): readonly string[] {
  return given === false ? [] : ['-R']
}
