// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { cachedArchive, list } from './archive/fetched-archive.ts'
import { linesOf, run, runUnzip, split, trimmed } from './archive/programs.ts'
import { expandedSources, namesOf, writeZip } from './archive/sources.ts'
import { extractZip } from './archive/zip-extract.ts'
import { zipMembers } from './archive/zip-reader.ts'

const template = arg.string('Render the names as templates first: ``jinja``.').optional()

const runas = arg.string('The user that the program runs as.').optional()

const cwd = arg.string('The directory that it runs in.').optional()

const sources = arg.any('Paths and shell patterns: a list, or a text separated by commas.')

const dest = arg.string('The directory that it is extracted into.')

const excludes = arg
  .any('Names of members that are left out: a list, or a text separated by commas.')
  .default(null)

const trim_output = arg.any('How many names are returned; True for 100.').default(false)

const zipFile = arg.string('Path of the zip archive.')

const source = {
  saltenv: arg.string('Environment of a URL that names none.').default('base'),
  source_hash: arg.string('Hash of a copy in the cache that is taken without asking again.').optional(),
  use_etag: arg.boolean('Whether a web server is asked if it still has what was fetched.').default(false),
}

const clean = arg.boolean('Remove the copy from the cache afterwards.').default(false)

/** `archive`: archives of files. */
export default defineModule({
  name: 'archive',
  doc: 'Packs and unpacks archives: tar, zip and rar, and files of gzip. What would be extracted outside of its directory is refused.',
  functions: {
    tar: fn({
      doc: 'Run ``tar``. Returns the lines it prints.',
      examples: [
        "salt '*' archive.tar cjvf /tmp/tarfile.tar.bz2 /tmp/file_1,/tmp/file_2",
        "salt '*' archive.tar xf foo.tar dest=/target/directory",
      ],
      args: {
        options: arg.string('Its options, such as ``xzf``.'),
        tarfile: arg.string('The archive.'),
        sources: arg.any('Paths and shell patterns: a list, or a text separated by commas.').default(null),
        dest: arg.string('The directory that ``tar`` changes to (``-C``).').optional(),
        cwd,
        template,
        runas,
      },
      run: async (ctx, args) => {
        if (args.options === '') throw new SaltError('ARGUMENTS_INVALID', 'Tar options can not be empty')
        const words = args.options.split(/\s+/).filter((word) => word !== '')
        const from = await expandedSources(ctx, args.sources)
        const to = args.dest === undefined ? [] : ['-C', args.dest]
        return linesOf(ctx, ['tar', ...words, args.tarfile, ...from, ...to], args)
      },
    }),
    gzip: fn({
      doc: 'Pack a file by ``gzip``. Returns the lines it prints.',
      examples: ["salt '*' archive.gzip /tmp/sourcefile.txt"],
      args: {
        sourcefile: arg.string('The file.'),
        template,
        runas,
        options: arg.string('An option of ``gzip``, such as ``-9``.').optional(),
      },
      run: (ctx, args) => linesOf(ctx, ['gzip', ...optionOf(args), args.sourcefile], args),
    }),
    gunzip: fn({
      doc: 'Unpack a file by ``gunzip``. Returns the lines it prints.',
      examples: ["salt '*' archive.gunzip /tmp/sourcefile.txt.gz"],
      args: {
        gzipfile: arg.string('The file.'),
        template,
        runas,
        options: arg.string('An option of ``gunzip``, such as ``--force``.').optional(),
      },
      run: (ctx, args) => linesOf(ctx, ['gunzip', ...optionOf(args), args.gzipfile], args),
    }),
    cmd_zip: fn({
      doc: 'Make a zip archive by the program ``zip``. Returns the lines it prints.',
      examples: ["salt '*' archive.cmd_zip /tmp/zipfile.zip /tmp/sourcefile1,/tmp/sourcefile2"],
      args: { zip_file: zipFile, sources, template, cwd, runas },
      run: async (ctx, args) =>
        linesOf(ctx, ['zip', '-r', args.zip_file, ...(await expandedSources(ctx, args.sources))], args),
    }),
    zip: fn({
      doc: 'Make a zip archive, without any program. Returns the names of its members.',
      examples: ["salt '*' archive.zip /tmp/zipfile.zip /tmp/sourcefile1,/tmp/sourcefile2"],
      args: {
        zip_file: zipFile,
        sources,
        template,
        cwd: arg.string('The directory that names are relative to.').optional(),
        runas: arg.unsupported(null, 'use archive.cmd_zip to run as another user'),
        zip64: arg.unsupported(false, 'archives beyond 4 GiB are made by archive.cmd_zip'),
      },
      run: async (ctx, args) => {
        const render = renderer(ctx, args.template)
        const given = await Promise.all(namesOf(args.sources).map(render))
        const paths = await expandedSources(ctx, given)
        return writeZip(ctx, await render(args.zip_file), { sources: paths, cwd: args.cwd })
      },
    }),
    cmd_unzip: fn({
      doc: 'Unpack a zip archive by the program ``unzip``. Returns the lines it prints. A password is seen by all who list processes: ``archive.unzip`` keeps it to itself.',
      examples: ["salt '*' archive.cmd_unzip /tmp/zipfile.zip /home/strongbad/ excludes=file_1,file_2"],
      args: {
        zip_file: zipFile,
        dest,
        excludes,
        options: arg.string('Options of ``unzip``.').optional(),
        template,
        runas,
        trim_output,
        password: arg.string('The password.').optional(),
      },
      run: runUnzip,
    }),
    unzip: fn({
      doc: 'Unpack a zip archive, without any program. Returns the names of its members. One that would leave the directory, and an archive that holds far more than its own size, are refused.',
      examples: [
        "salt '*' archive.unzip /tmp/zipfile.zip /home/strongbad/ excludes=file_1,file_2",
        "salt '*' archive.unzip /tmp/zipfile.zip /home/strongbad/ password=hunter2",
      ],
      args: {
        zip_file: zipFile,
        dest,
        excludes,
        options: arg.any('Kept for old calls.').default(null),
        template,
        runas: arg.unsupported(null, 'use archive.cmd_unzip to run as another user'),
        trim_output,
        password: arg.string('The password.').optional(),
        extract_perms: arg.boolean('Whether members have the modes that the archive states.').default(true),
      },
      run: async (ctx, args) => {
        const render = renderer(ctx, args.template)
        const names = await extractZip(ctx, await render(args.zip_file), {
          directory: await render(args.dest),
          excludes: namesOf(args.excludes),
          password: args.password,
          extractPerms: args.extract_perms,
        })
        return trimmed(names, args.trim_output)
      },
    }),
    rar: fn({
      doc: 'Make a rar archive by the program ``rar``. Returns the lines it prints.',
      examples: ["salt '*' archive.rar /tmp/rarfile.rar /tmp/sourcefile1,/tmp/sourcefile2"],
      args: { rarfile: arg.string('Path of the archive.'), sources, template, cwd, runas },
      run: async (ctx, args) =>
        linesOf(ctx, ['rar', 'a', '-idp', args.rarfile, ...(await expandedSources(ctx, args.sources))], args),
    }),
    unrar: fn({
      doc: 'Unpack a rar archive by ``unrar`` or ``rar``. Returns the lines it prints.',
      examples: ["salt '*' archive.unrar /tmp/rarfile.rar /home/strongbad/ excludes=file_1,file_2"],
      args: {
        rarfile: arg.string('Path of the archive.'),
        dest,
        excludes,
        template,
        runas,
        trim_output,
      },
      run: async (ctx, args) => {
        const program = ctx.which('unrar') === undefined ? 'rar' : 'unrar'
        const left = namesOf(args.excludes).flatMap((name) => ['-x', name])
        const argv = [program, 'x', '-idp', args.rarfile, ...left, args.dest]
        const { stdout } = await run(ctx, argv, { ...args, redirect_stderr: true })
        return trimmed(split(stdout), args.trim_output)
      },
    }),
    list: fn({
      doc: 'Return the names of the members of an archive; with ``verbose`` by kind, and those on top.',
      examples: [
        "salt '*' archive.list /path/to/myfile.tar.gz",
        "salt '*' archive.list salt://foo.tar.gz verbose=True",
        "salt '*' archive.list https://domain.tld/myfile.zip",
      ],
      args: {
        name: arg.string('Path or URL of the archive.'),
        archive_format: arg.string('``tar``, ``zip`` or ``rar``; default by the end of its name.').optional(),
        options: arg
          .string(
            'The words of a command that prints a tar archive unpacked, where it is packed by an unusual program.',
          )
          .optional(),
        strip_components: arg.any('How many parts of each name are left out.').default(null),
        clean,
        verbose: arg.boolean('Return a map of the names by kind.').default(false),
        ...source,
      },
      run: list,
    }),
    is_encrypted: fn({
      doc: 'Return whether a zip archive holds members that need a password.',
      examples: ["salt '*' archive.is_encrypted salt://foo.zip"],
      args: { name: arg.string('Path or URL of the archive.'), clean, ...source },
      run: async (ctx, args) => {
        const cached = await cachedArchive(ctx, args)
        const members = await zipMembers(ctx, cached, args.name)
        if (args.clean) await ctx.fs.remove(cached)
        return members.some(({ isEncrypted }) => isEncrypted)
      },
    }),
  },
})

function optionOf({ options }: { readonly options: string | undefined }): readonly string[] {
  return options === undefined || options === '' ? [] : [options]
}

function renderer(ctx: ExecContext, engine: string | undefined): (text: string) => Promise<string> {
  if (engine === undefined) return async (text) => text
  return (text) => ctx.render.text({ text, template: engine, name: 'archive' })
}
