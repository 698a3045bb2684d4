// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Tool } from '../../src/options/option.ts'
import { parseCommandLine } from '../../src/options/parse.ts'
import { saltTool } from '../../src/options/salt.ts'
import { saltCallTool } from '../../src/options/salt-call.ts'
import { saltCpTool } from '../../src/options/salt-cp.ts'
import { saltKeyTool } from '../../src/options/salt-key.ts'
import { saltMasterTool } from '../../src/options/salt-master.ts'
import { saltMinionTool } from '../../src/options/salt-minion.ts'
import { saltRunTool } from '../../src/options/salt-run.ts'

const tools: readonly Tool[] = [
  saltTool,
  saltCallTool,
  saltKeyTool,
  saltRunTool,
  saltCpTool,
  saltMasterTool,
  saltMinionTool,
]
const differences = readFileSync(
  new URL('../../../../docs/differences-from-salt.md', import.meta.url),
  'utf8',
)

/** The options that Salt 3007's tools have, as their --help lists them, apart from those of help itself. */
const ofSalt: Readonly<Record<string, string>> = {
  salt: `saltfile module-executors executor-opts hard-crash progress return_config return_kwargs output-diff hosts range auth
    eauth external-auth make-token username password state-output state_output state-verbose state_verbose
    versions-report version config-dir timeout static async subset verbose hide-timeout show-timeout show-jid batch
    batch-size batch-wait batch-safe-limit batch-safe-size return metadata args-separator summary config-dump
    preview-target failhard doc documentation args-stdin no-parse log-level log-file log-file-level pcre list grain
    grain-pcre nodegroup compound pillar pillar-pcre ipcidr delimiter out output out-indent output-indent out-file
    output-file out-file-append output-file-append no-color no-colour force-color force-colour`,
  'salt-call': `saltfile proxyid module-executors executor-opts cachedir hard-crash return file-root pillar-root states-dir
    set-metadata skip-grains refresh-grains-cache no-return-event output-diff state-output state-verbose profiling-path
    enable-profiling grains module-dirs documentation doc master id metadata local retcode-passthrough args-stdin no-parse
    log-level log-file log-file-level out output out-indent out-file out-file-append no-color force-color`,
  'salt-key': `saltfile hard-crash rotate-aes-key auth eauth external-auth make-token username password state-output
    state-verbose keysize gen-signature priv signature-path pub auto-create quiet yes list list-all accept accept-all
    include-all include-rejected include-denied reject reject-all include-accepted print print-all delete delete-all
    finger finger-all gen-keys gen-keys-dir user preserve-minions log-level log-file log-file-level out no-color`,
  'salt-run': `saltfile jid hard-crash skip-grains auth eauth external-auth make-token username password state-output
    state-verbose profiling-path enable-profiling quiet doc documentation async timeout args-stdin no-parse log-level
    log-file log-file-level out no-color`,
  'salt-cp': `saltfile hard-crash hosts range timeout chunked no-compression version versions-report config-dir pcre list
    grain grain-pcre nodegroup delimiter state-output state-verbose log-level log-file log-file-level out output
    out-indent out-file out-file-append no-color force-color`,
  'salt-master':
    'saltfile disable-keepalive daemon pid-file user config-dir log-level log-file log-file-level',
  'salt-minion':
    'saltfile disable-keepalive daemon pid-file user config-dir log-level log-file log-file-level',
}

describe.each(tools)("Salt's options of $name", (tool) => {
  it('are all known', () => {
    const known = new Set(
      [...Object.values(tool.options), ...(tool.saltOptions ?? [])].flatMap(({ names }) => [...names]),
    )
    expect((ofSalt[tool.name] ?? '').split(/\s+/).filter((name) => !known.has(name))).toEqual([])
  })

  const rows = tool.saltOptions ?? []

  it.each(rows)('$names.0 is $treatment', ({ names, short, takesValue, treatment, because }) => {
    for (const name of [...names.map((long) => `--${long}`), ...(short === undefined ? [] : [`-${short}`])]) {
      const own = tool.noWords === undefined ? ['word'] : []
      const words = takesValue ? [name, 'x', ...own] : [name, ...own]
      if (treatment === 'refused') {
        expect(() => parseCommandLine(tool, words)).toThrow(
          `${name} is an option of Salt that is not built: ${because}`,
        )
      } else {
        const parsed = parseCommandLine(tool, words)
        expect(parsed.words).toEqual(own)
        expect(parsed.ignored).toEqual([`${name} is ignored: ${because}`])
      }
    }
  })

  it.each(rows)('$names.0 is listed among the differences', ({ names }) => {
    expect(differences).toContain(`\`--${names[0]}\``)
  })
})
