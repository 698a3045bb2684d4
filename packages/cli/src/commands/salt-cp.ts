// SPDX-License-Identifier: Apache-2.0
import { open, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { LocalClient, missingText } from '@halite/client'
import { exitCodes, isMap, type MasterOptions, SaltError, textKeyed } from '@halite/core'
import { Registry } from '@halite/loader'
import { type Target, targetOf } from '../arguments.ts'
import { CopyResults } from '../copy/copy-results.ts'
import { ProgressBar } from '../copy/progress-bar.ts'
import { type SourceFile, sourceFiles } from '../copy/source-files.ts'
import type { Command } from '../main.ts'
import { saltCpTool } from '../options/salt-cp.ts'
import { openOutput } from '../output.ts'
import { outputSettings } from '../output-settings.ts'
import { startTool } from '../tool-start.ts'

/** What a copy is made with. */
interface Copy {
  readonly client: LocalClient
  readonly target: Target
  readonly timeout: number
  readonly delimiter: string
  readonly results: CopyResults
  readonly config: MasterOptions
  readonly bar: ProgressBar
}

/** Most bytes of files that go out whole, in one job. */
const maxWholeBytes = 512 * 1024

/** `salt-cp`: copies files of this machine to minions, and says of each whether it arrived. */
export function saltCpCommand(manifestUrl: string): Command<typeof saltCpTool.options> {
  return async (parsed, terminal) => {
    const { options, words } = parsed
    const { options: config, log } = startTool('master', { tool: saltCpTool, parsed, terminal })
    const { tgt, sources, dest } = wordsOf(words)
    const { manifest } = await import(manifestUrl)
    const output = await openOutput(outputSettings(options, config), {
      registry: new Registry(manifest, { options: config }),
      terminal,
    })
    await using client = new LocalClient({ options: config, log })
    const target = targetOf(tgt, { ...options, compound: false })
    const results = new CopyResults()
    const timeout = options.timeout ?? config.timeout
    const bar = new ProgressBar(terminal)
    const copy: Copy = { client, target, timeout, delimiter: options.delimiter, results, config, bar }
    if (options.chunked) await copyInParts(copy, sourceFiles(sources, dest), !options.noCompression)
    else await copyWhole(copy, sources, dest)
    if (results.isEmpty)
      output.note('No minions matched the target. No command was sent, no jid was assigned.')
    else await output.show(results.shown())
    await output.close()
    if (results.isEmpty) return exitCodes.noReturn
    return results.isComplete ? exitCodes.ok : exitCodes.generic
  }
}

function wordsOf(words: readonly string[]): { tgt: string; sources: readonly string[]; dest: string } {
  const [tgt, ...rest] = words
  const dest = rest.pop()
  if (tgt !== undefined && dest !== undefined && rest.length > 0) return { tgt, sources: rest, dest }
  throw new SaltError('USAGE', 'salt-cp needs a target, one source or several, and a destination', {
    hint: "For example: salt-cp 'web*' motd /etc/motd",
    exitCode: exitCodes.incomplete,
  })
}

/** As Salt does without `--chunked`: the files themselves are the argument of one job. */
async function copyWhole(copy: Copy, sources: readonly string[], dest: string): Promise<void> {
  const files = sourceFiles(sources, dest)
  const directory = sources.find(
    (source) => !files.some(({ path }) => path === source && !isDirectory(path, files)),
  )
  if (directory !== undefined) {
    throw new SaltError(
      'USAGE',
      `${directory} is a directory, only files are supported in non-chunked mode. Use "--chunked" command line argument.`,
      { exitCode: exitCodes.generic },
    )
  }
  const bytes = files.reduce((sum, { size = 0 }) => sum + size, 0)
  if (bytes > maxWholeBytes) {
    throw new SaltError('USAGE', `${bytes} bytes are too many for one job, which takes ${maxWholeBytes}`, {
      hint: 'Send them in parts: salt-cp --chunked.',
      exitCode: exitCodes.generic,
    })
  }
  const contents = await Promise.all(
    files.map(async ({ path }) => [path, asText(await readFile(path))] as const),
  )
  await run(copy, ['cp.recv', Object.fromEntries(contents), dest], (id, value) => {
    if (isMap(value)) copy.results.set(id, new Map(Object.entries(textKeyed(value))))
    else copy.results.set(id, value)
  })
}

function isDirectory(path: string, files: readonly SourceFile[]): boolean {
  return files.some((file) => file.path === path && file.size === undefined)
}

/** Text where it is some: it can then be read in the list of jobs. */
function asText(bytes: Buffer): string | Buffer {
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : bytes
}

/** File by file, and part by part: a minion that could not take one part is sent no more of the file. */
async function copyInParts(copy: Copy, files: readonly SourceFile[], isPacked: boolean): Promise<void> {
  try {
    for (const file of files) {
      if (file.size === undefined) await makeDirectory(copy, file)
      else await copyFile(copy, { ...file, size: file.size }, isPacked)
      // A target that nobody matches has no second chance.
      if (copy.results.isEmpty) return
    }
  } finally {
    copy.bar.clear()
  }
}

function makeDirectory(copy: Copy, { target }: SourceFile): Promise<void> {
  return run(copy, ['cp.recv_chunked', target, null], (id, value) => copy.results.add(id, target, value))
}

async function copyFile(
  copy: Copy,
  { path, target, mode, size }: SourceFile & { readonly size: number },
  isPacked: boolean,
): Promise<void> {
  const { results, config } = copy
  const part = Buffer.alloc(Math.max(1, config.salt_cp_chunk_size))
  const handle = await open(path, 'r')
  let receivers: Copy = copy
  try {
    for (let done = 0; ; ) {
      const { bytesRead } = await handle.read(part, 0, part.length, done)
      const isLast = done + bytesRead >= size || bytesRead === 0
      const bytes = part.subarray(0, bytesRead)
      const chunk = (isPacked ? await promisify(gzip)(bytes) : bytes).toString('base64')
      const well: string[] = []
      const arg = [target, chunk, done > 0, isPacked, mode, { __kwarg__: true, complete: isLast }]
      await run(receivers, ['cp.recv_chunked', ...arg], (id, value) => {
        if (value === true) well.push(id)
        results.add(id, target, value)
      })
      done += bytesRead
      copy.bar.show(path, done, size)
      if (isLast || well.length === 0) return
      receivers = { ...copy, target: { tgt: well, tgtType: 'list' } }
    }
  } finally {
    await handle.close()
  }
}

/** Runs one job of the copy. Who does not return has not got it. */
async function run(
  { client, target, timeout, delimiter, results }: Copy,
  [fun, ...arg]: readonly [fun: string, ...arg: readonly unknown[]],
  onReturn: (id: string, value: unknown) => void,
): Promise<void> {
  const { tgt, tgtType } = target
  const job = await client.run(tgt, fun, arg, {
    tgtType,
    timeout,
    ...(delimiter === ':' ? {} : { delimiter }),
  })
  if (job === undefined) return
  const path = fun === 'cp.recv' ? '' : String(arg[0])
  for await (const answer of job) {
    if (answer.type === 'return') onReturn(answer.id, answer.ret)
    else results.miss(answer.id, path, missingText(answer.status, answer.reason))
  }
  for (const id of job.unknown) results.miss(id, path, 'there is no minion of this id')
}
