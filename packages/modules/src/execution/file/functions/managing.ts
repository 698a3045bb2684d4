// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { type ArgSpec, arg, fn } from '@halite/loader'
import { changePermissions } from '../check-permissions.ts'
import { manageByCall } from '../manage-call.ts'
import {
  changesOf,
  checkedManaged,
  contentFile,
  contentsOf,
  managedChanges,
  managedContent,
  sumText,
} from '../managing.ts'
import { renderedText, templateContext } from '../sources.ts'

const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })
const labels = 'labels of SELinux are not set yet'
const unsigned = 'signatures of files are not checked yet'

const name = arg.path('The file.')
const owners = {
  user: arg.any('The user that it is to belong to; None for any.'),
  group: arg.any('The group that it is to belong to; None for any.'),
  mode: arg.any('Its mode, in octal digits; None for any.'),
  attrs: arg.any('Kept for old calls: attributes of ``chattr`` are not looked at.'),
}
const source = arg.any('Where its content comes from; None for nowhere.')
const template = arg.any('The engine that renders it: ``jinja``; None for none.')
const context = arg.any('Names that the template sees; None for none.')
const defaults = arg.any('The same, for names that ``context`` does not have.')
const saltenv = arg.any('Environment of a ``salt://`` URL that names none; None for ``base``.')
const contents = anything('Its content, in place of a source.')
const skip_verify = arg.boolean('Whether a source of a web server is taken without a hash.').default(false)
const verify_ssl = arg.boolean('Whether a server has to prove who it is.').default(true)
const use_etag = arg.boolean('Whether a web server is asked if it still has what was fetched.').default(false)
const follow_symlinks = arg.boolean('Whether a link is followed.').default(false)
const kwargs = arg.keywords('Whatever else is given counts for nothing.')
const security = {
  seuser: arg.unsupported(null, labels),
  serole: arg.unsupported(null, labels),
  setype: arg.unsupported(null, labels),
  serange: arg.unsupported(null, labels),
}
const signatures = {
  source_hash_sig: arg.unsupported(null, unsigned),
  signed_by_any: arg.unsupported(null, unsigned),
  signed_by_all: arg.unsupported(null, unsigned),
  keyring: arg.unsupported(null, unsigned),
  gnupghome: arg.unsupported(null, unsigned),
}
const sourceHash = {
  source_hash: arg.any('Its hash: digits, ``KIND=DIGITS``, or where a file with hashes lies.'),
  source_hash_name: arg.any('The name to look for in a file with hashes; None for none.'),
}
const checkedArguments = {
  name,
  source,
  ...sourceHash,
  ...owners,
  template,
  context,
  defaults,
  saltenv,
  contents,
}

/** A text, or nothing for what is empty. */
function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : pythonStr(value)
}

interface Texts {
  readonly source_hash_name?: unknown
  readonly template?: unknown
  readonly saltenv: unknown
}

/** A call whose texts may be None. */
function plain<C extends Texts>(call: C) {
  return {
    ...call,
    source_hash_name: textOf(call.source_hash_name),
    template: textOf(call.template),
    saltenv: textOf(call.saltenv) ?? 'base',
  }
}

/** Functions that states of files are made of, for those who call them. */
export const managingFunctions = {
  check_managed: fn({
    doc: 'Return whether a file is as it is to be, None when it would be changed, and a text that says what.',
    examples: [
      "salt '*' file.check_managed /etc/httpd/conf.d/httpd.conf salt://http/httpd.conf '' None root root 755 None",
    ],
    args: { ...checkedArguments, skip_verify, ...security, follow_symlinks, kwargs },
    run: (ctx, call) => checkedManaged(ctx, plain(call)),
  }),
  check_managed_changes: fn({
    doc: 'Return what would be changed of a file.',
    examples: [
      "salt '*' file.check_managed_changes /etc/httpd/conf.d/httpd.conf salt://http/httpd.conf '' None root root 755 None",
    ],
    args: {
      ...checkedArguments,
      skip_verify,
      keep_mode: arg.unsupported(false, 'the mode of the source is kept by file.managed alone'),
      ...security,
      verify_ssl,
      follow_symlinks,
      kwargs,
    },
    run: async (ctx, call) => {
      const changes = await managedChanges(ctx, plain(call))
      return typeof changes === 'string' ? [false, changes] : changes
    },
  }),
  check_file_meta: fn({
    doc: 'Return what differs between a file and a content, and between its owners and mode and others.',
    examples: [
      "salt '*' file.check_file_meta /etc/httpd/conf.d/httpd.conf '' salt://http/httpd.conf '{}' root root 755 None base",
    ],
    args: {
      name,
      sfn: arg.any('A file with the content; empty to fetch the source.'),
      source,
      source_sum: arg.any('Hash of the source: ``{hash_type: …, hsum: …}``.'),
      ...owners,
      saltenv,
      contents,
      ...security,
      verify_ssl,
      follow_symlinks,
    },
    run: async (ctx, call) => {
      if (call.contents !== undefined && call.contents !== null)
        return changesOf(ctx, call, contentsOf(call.contents))
      // As in Salt the content counts where its hash is given.
      if (!sumText(call.source_sum)) return changesOf(ctx, call, undefined)
      const source = textOf(call.source)
      const query = { saltenv: plain(call).saltenv, verifySsl: call.verify_ssl }
      const path = textOf(call.sfn) ?? (source && (await ctx.files.cacheFile(source, query)))
      return changesOf(ctx, call, path ? { path } : undefined)
    },
  }),
  check_perms: fn({
    doc: 'Give a file these owners, this mode and these attributes where it has others. Returns the result of a state, and what was before.',
    examples: ["salt '*' file.check_perms /etc/sudoers '{}' root root 400 ai"],
    args: {
      name,
      ret: arg.any('A result to add to; ``{}`` or None for none.'),
      user: owners.user,
      group: owners.group,
      mode: owners.mode,
      attrs: arg.string('Attributes, as letters of ``chattr``.').optional(),
      follow_symlinks,
      ...security,
    },
    run: (ctx, call) => changePermissions(ctx, call),
  }),
  get_managed: fn({
    doc: 'Fetch the content of a source, and render it. Returns the path of it, its hash, and a text that says what is wrong.',
    examples: [
      "salt '*' file.get_managed /etc/httpd/conf.d/httpd.conf jinja salt://http/httpd.conf None None root root 755 None base None None",
    ],
    args: {
      name,
      template,
      source,
      ...sourceHash,
      ...owners,
      saltenv,
      context,
      defaults,
      skip_verify,
      verify_ssl,
      use_etag,
      ...signatures,
      kwargs,
    },
    run: async (ctx, call) => {
      const found = await managedContent(ctx, plain(call))
      if (typeof found === 'string') return ['', {}, found]
      const { path, sum } = await contentFile(ctx, found)
      return [path, sum, '']
    },
  }),
  manage_file: fn({
    doc: 'Make a file what it is to be. Returns the result of a state.',
    examples: [
      "salt '*' file.manage_file /etc/httpd/conf.d/httpd.conf '' '{}' salt://http/httpd.conf '{}' root root 755 None base ''",
    ],
    args: {
      name,
      sfn: arg.any('A file with the content; empty to fetch the source.'),
      ret: arg.any('A result to add to; ``{}`` or None for none.'),
      source,
      source_sum: arg.any('Hash of the source: ``{hash_type: …, hsum: …}``.'),
      ...owners,
      saltenv,
      backup: arg.any('``minion`` keeps a copy of what is replaced; empty for the option ``backup_mode``.'),
      makedirs: arg.boolean('Whether directories above it are made.').default(false),
      template: anything('Kept for old calls: what is rendered comes as ``sfn``.'),
      show_changes: arg.boolean('Whether the changes show the difference.').default(true),
      contents,
      dir_mode: anything('Mode of the directories that are made.'),
      follow_symlinks: arg.boolean('Whether a link is followed.').default(true),
      skip_verify,
      keep_mode: arg.boolean('Whether it has the mode of the source.').default(false),
      encoding: arg.unsupported(null, 'contents are written as UTF-8; file.managed has other encodings'),
      encoding_errors: arg.unsupported('strict', 'contents are written as UTF-8'),
      ...security,
      verify_ssl,
      use_etag,
      signature: arg.unsupported(null, unsigned),
      ...signatures,
      kwargs,
    },
    run: (ctx, call) =>
      manageByCall(ctx, { ...plain(call), sfn: textOf(call.sfn), sourceHash: sumText(call.source_sum) }),
  }),
  apply_template_on_contents: fn({
    doc: 'Render a text as a template.',
    examples: [
      "salt '*' file.apply_template_on_contents contents='This is a {{ template }} string.' template=jinja context='{}' defaults='{template: cool}' saltenv=base",
    ],
    args: {
      contents: arg.string('The text.'),
      template: arg.string('The engine: ``jinja``.'),
      context: arg.any('Names that the template sees.'),
      defaults: arg.any('The same, for names that ``context`` does not have.'),
      saltenv: arg.string('Environment of what the template includes.'),
    },
    run: async (ctx, { contents, template: engine, saltenv, ...names }) => {
      if (engine !== 'jinja')
        return { result: false, comment: `Specified template format ${engine} is not supported` }
      const seen = templateContext(names.context || null, names.defaults || null)
      if (typeof seen === 'string') return { result: false, comment: seen }
      return renderedText(ctx, contents, { engine, context: seen, saltenv })
    },
  }),
}
