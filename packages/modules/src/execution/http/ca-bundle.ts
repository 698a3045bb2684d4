// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { bind, type ExecContext } from '@halite/loader'
import { queryArguments } from './arguments.ts'
import { query } from './query.ts'

/** Where systems keep theirs. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/tls/certs/ca-bundle.trust.crt',
  '/etc/ssl/certs/ca-bundle.crt',
  '/var/lib/ca-certificates/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
const publicBundle = 'https://curl.se/ca/cacert.pem'
const certificate = /-----BEGIN (TRUSTED )?CERTIFICATE-----/

interface Update {
  readonly target?: string | undefined
  readonly source?: string | undefined
  readonly merge_files?: readonly string[] | undefined
}

/** Replaces the bundle. Rejects with `COMMAND_FAILED` when there is no place for it, or when what is fetched holds no certificates. */
export async function updateBundle(ctx: ExecContext, update: Update): Promise<null> {
  const target = update.target ?? (await bundleOf(ctx))
  const source = update.source ?? (textOption(ctx, 'ca_bundle_url') || publicBundle)
  const values = bind('http.query', { args: queryArguments }, [source])
  const { error, body } = await query(ctx, values)
  if (error !== undefined) throw new SaltError('COMMAND_FAILED', `${source} cannot be fetched: ${error}`)
  const others = await Promise.all((update.merge_files ?? []).map((file) => ctx.fs.readText(file)))
  const texts = [String(body), ...others]
  if (!texts.every((text) => certificate.test(text))) {
    throw new SaltError('COMMAND_FAILED', `${source}, or a file of merge_files, holds no certificates`, {
      hint: `${target} was left as it is.`,
    })
  }
  await ctx.fs.write(
    target,
    texts
      .map((text) => text.trimEnd())
      .join('\n\n')
      .concat('\n'),
  )
  return null
}

async function bundleOf(ctx: ExecContext): Promise<string> {
  const configured = textOption(ctx, 'ca_bundle')
  if (configured !== '') return configured
  for (const path of systemBundles) if (await ctx.fs.exists(path)) return path
  throw new SaltError('COMMAND_FAILED', 'Unable to detect location to write CA bundle to', {
    hint: 'Give target=, or set the option ca_bundle.',
  })
}

function textOption({ options }: ExecContext, name: string): string {
  const value = options[name]
  return typeof value === 'string' ? value : ''
}
