// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { digestOf, extractHash, hasHash, hashText, sourceSum } from '../hashes.ts'
import { expandUser } from '../paths.ts'
import { chooseSource } from '../sources.ts'
import { orRefuse, systemText } from '../system-errors.ts'

const path = arg.path('The file.')
const form = arg.string('The kind of hash.').default('sha256')
const unsigned = 'signatures of files are not checked yet'

/** Functions about hashes of files, and about where files come from. */
export const sumFunctions = {
  get_hash: fn({
    doc: 'Return the hash of a file.',
    examples: ["salt '*' file.get_hash /etc/shadow"],
    args: {
      path,
      form,
      chunk_size: arg.integer('Kept for old calls: files are read piece by piece.').default(65_536),
    },
    run: (ctx, { path, form }) => orRefuse(digestOf(ctx, path, form), (error) => systemText(error, path)),
  }),
  get_sum: fn({
    doc: 'Return the hash of a file; ``File not found`` when it is none.',
    examples: ["salt '*' file.get_sum /etc/passwd sha512"],
    args: { path, form },
    run: async (ctx, { path, form }) => {
      if (!(await ctx.fs.isFile(await expandUser(ctx, path)))) return 'File not found'
      return orRefuse(digestOf(ctx, path, form), (error) => systemText(error, path))
    },
  }),
  check_hash: fn({
    doc: 'Return whether a file has this hash.',
    examples: [
      "salt '*' file.check_hash /etc/fstab e138491e9d5b97023cea823fe17bac22",
      "salt '*' file.check_hash /etc/fstab md5=e138491e9d5b97023cea823fe17bac22",
    ],
    args: { path, file_hash: arg.any('The hash, or ``KIND=HASH``.') },
    run: (ctx, { path, file_hash }) => {
      if (typeof file_hash !== 'string') throw new SaltError('ARGUMENTS_INVALID', 'hash must be a string')
      return orRefuse(hasHash(ctx, path, file_hash), (error) => systemText(error, path))
    },
  }),
  extract_hash: fn({
    doc: 'Return the hash that a list of hashes has for a file, and its kind; None when the list has none.',
    examples: ["salt '*' file.extract_hash /path/to/hash/file sha512 /etc/foo"],
    args: {
      hash_fn: arg.path('The list.'),
      hash_type: arg.string('The kind of hash; empty for any.').default('sha256'),
      file_name: arg.string('The file that the hash is for.').default(''),
      source: arg.string('Where that file comes from: its name counts where the other does not.').default(''),
      source_hash_name: arg.string('The name to look for first.').optional(),
    },
    run: async (ctx, { hash_fn, hash_type, file_name, source, source_hash_name }) => {
      const text = await orRefuse(ctx.fs.readText(await expandUser(ctx, hash_fn)), (error) =>
        systemText(error, hash_fn),
      )
      const query = { hashType: hash_type, fileName: file_name, source, sourceHashName: source_hash_name }
      return extractHash(text, query) ?? null
    },
  }),
  get_source_sum: fn({
    doc: 'Return the hash that ``source_hash`` says, and its kind.',
    examples: [
      "salt '*' file.get_source_sum /tmp/foo.tar.gz source=http://example.com/foo.tar.gz source_hash=499ae16dcae71eeb7c3a30c75ea7a1a6",
      "salt '*' file.get_source_sum /tmp/foo.tar.gz source=http://example.com/foo.tar.gz source_hash=https://example.com/hashes.md5",
    ],
    args: {
      file_name: arg.string('The file that the hash is for.').default(''),
      source: arg.string('Where that file comes from.').default(''),
      source_hash: arg.string('A hash, ``KIND=HASH``, or where a list of hashes lies.').optional(),
      source_hash_name: arg.string('The name to look for in such a list.').optional(),
      saltenv: arg.string('Environment of a ``salt://`` URL that names none.').default('base'),
      verify_ssl: arg.boolean('Whether a server has to prove who it is.').default(true),
      source_hash_sig: arg.unsupported(null, unsigned),
      signed_by_any: arg.unsupported(null, unsigned),
      signed_by_all: arg.unsupported(null, unsigned),
      keyring: arg.unsupported(null, unsigned),
      gnupghome: arg.unsupported(null, unsigned),
    },
    run: (ctx, args) =>
      sourceSum(ctx, {
        name: args.file_name,
        source: args.source,
        sourceHash: args.source_hash ?? 'None',
        sourceHashName: args.source_hash_name,
        saltenv: args.saltenv,
        verifySsl: args.verify_ssl,
      }),
  }),
  source_list: fn({
    doc: 'Return the first of several sources that exists, and the hash that belongs to it. A single source is taken as it is.',
    examples: [
      "salt '*' file.source_list salt://http/httpd.conf 'md5=499ae16dcae71eeb7c3a30c75ea7a1a6' base",
    ],
    args: {
      source: arg.any('A source, or a list of sources; one may be a map from a source to its hash.'),
      source_hash: arg.any('Hash of those that have none.'),
      saltenv: arg.string('Environment of a ``salt://`` URL that names none.'),
    },
    run: async (ctx, { source, source_hash, saltenv }) => {
      if (!Array.isArray(source)) return [source, source_hash]
      const chosen = await chooseSource(ctx, source, { sourceHash: source_hash, saltenv })
      const isOwn = chosen.sourceHash !== hashText(source_hash)
      return [chosen.source ?? null, isOwn ? pythonStr(chosen.sourceHash) : source_hash]
    },
  }),
}
