// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadOptions } from '../../src/index.ts'

describe('options of Windows packages', () => {
  test('have the defaults of Salt', () => {
    const { options } = read('minion', '')
    expect(options).toMatchObject({
      winrepo_source_dir: 'salt://win/repo-ng/',
      winrepo_cachefile: 'winrepo.p',
      winrepo_cache_expire_min: 1800,
      winrepo_cache_expire_max: 604_800,
      winrepo_dir: '/srv/salt/win/repo',
      winrepo_dir_ng: '/srv/salt/win/repo-ng',
      winrepo_remotes: ['https://github.com/saltstack/salt-winrepo.git'],
      winrepo_remotes_ng: ['https://github.com/saltstack/salt-winrepo-ng.git'],
      winrepo_branch: 'master',
      winrepo_fallback: '',
      winrepo_refspecs: ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
    })
  })

  test('hold by their old names, with one warning for each', () => {
    const { options, remarks, unused } = read(
      'minion',
      'win_repo: /old\nwin_repo_source_dir: salt://old\nwin_repo_cachefile: old.p\nwin_gitrepos: [https://example.com/a]\n',
    )
    expect(options).toMatchObject({
      winrepo_dir: '/old',
      winrepo_source_dir: 'salt://old',
      winrepo_cachefile: 'old.p',
      winrepo_remotes: ['https://example.com/a'],
    })
    expect(remarks.map((line) => line.replace(/^.*\//, ''))).toEqual([
      "minion:1: 'win_repo' is deprecated: write 'winrepo_dir'",
      "minion:2: 'win_repo_source_dir' is deprecated: write 'winrepo_source_dir'",
      "minion:3: 'win_repo_cachefile' is deprecated: write 'winrepo_cachefile'",
      "minion:4: 'win_gitrepos' is deprecated: write 'winrepo_remotes'",
    ])
    expect(unused.filter(({ name }) => name.startsWith('win_'))).toEqual([])
  })

  test('of the new name and the old one the new one holds', () => {
    const { options, remarks } = read('master', 'winrepo_cachefile: new.p\nwin_repo_mastercachefile: old.p\n')
    expect(options.winrepo_cachefile).toBe('new.p')
    expect(remarks).toEqual([expect.stringMatching(/is deprecated: .*, which is given too and holds$/)])
  })
})

function read(role: 'minion' | 'master', text: string) {
  const configDir = mkdtempSync(join(tmpdir(), 'halite-options-'))
  try {
    writeFileSync(join(configDir, role), text)
    return loadOptions(role, { configDir })
  } finally {
    rmSync(configDir, { recursive: true })
  }
}
