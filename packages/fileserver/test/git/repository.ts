// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A repository made by git itself. */
export class Repository {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
    mkdirSync(directory, { recursive: true })
    this.git('init', '--quiet', '--initial-branch=master')
  }

  /** Runs git in it; returns what it prints. */
  git(...args: string[]): string {
    return gitIn(this.directory, ...args)
  }

  /** Writes files and commits them; `->` in front of a content makes a link. Returns the id of the commit. */
  commit(files: Readonly<Record<string, string>>): string {
    for (const [path, content] of Object.entries(files)) {
      const full = join(this.directory, path)
      mkdirSync(dirname(full), { recursive: true })
      if (content.startsWith('->')) symlinkSync(content.slice(2), full)
      else writeFileSync(full, content)
    }
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '--message=test')
    return this.git('rev-parse', 'HEAD').trim()
  }

  /** Switches to a branch, made when it is missing. */
  branch(name: string): void {
    const exists = this.git('branch', '--list', name).trim() !== ''
    this.git('checkout', '--quiet', ...(exists ? [] : ['-b']), name)
  }
}

/** Runs git in a directory, apart from the settings of whoever runs the tests. */
export function gitIn(directory: string, ...args: string[]): string {
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  }
  return execFileSync('git', args, { cwd: directory, env, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
}
