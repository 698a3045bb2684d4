// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type ProcessCluster, type ProcessClusterOptions, startProcesses, until } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beOtherUser, otherUser, whyNoOtherUser } from './other-user.ts'

let cluster: ProcessCluster | undefined

beforeEach((ctx) => {
  const why = whyNoOtherUser()
  ctx.skip(why !== undefined, why)
})

afterEach(async () => {
  await cluster?.close()
  cluster = undefined
})

/** A cluster that is not started, in a directory that the other user may look at. */
async function prepare(options: Partial<ProcessClusterOptions> = {}): Promise<ProcessCluster> {
  cluster = await startProcesses({ minions: [], start: false, ...options })
  for (const path of [cluster.directory, cluster.configDir('master')]) chmodSync(path, 0o755)
  return cluster
}

function give(path: string): void {
  chownSync(path, otherUser.uid, otherUser.gid)
}

function makeFor(path: string): string {
  mkdirSync(path, { recursive: true })
  give(path)
  return path
}

/** A directory of root with files of root, for an attacker to reach for. */
function treasure(made: ProcessCluster, names: readonly string[]): string {
  const directory = join(made.directory, 'treasure')
  mkdirSync(directory)
  for (const name of names) writeFileSync(join(directory, name), 'of root', { mode: 0o644 })
  return directory
}

function factsOf(directory: string): unknown[] {
  return readdirSync(directory)
    .sort()
    .map((name) => {
      const { uid, gid, mode } = lstatSync(join(directory, name))
      return [name, uid, gid, mode, readFileSync(join(directory, name), 'utf8')]
    })
}

const asUser = { masterConfig: { user: otherUser.name } }

describe('a master that becomes a user', () => {
  test('changes no owner below the directories of that user, however they are exchanged meanwhile', async () => {
    const made = await prepare(asUser)
    const names = Array.from({ length: 500 }, (_, index) => `f${String(index).padStart(4, '0')}`)
    const target = treasure(made, names)
    const { cachedir, pki_dir, sock_dir } = made.masterOptions
    for (const path of [cachedir, pki_dir, sock_dir]) makeFor(path)
    // A second name of a file of root needs no race at all.
    linkSync(join(target, 'f0000'), join(cachedir, 'second-name'))
    const before = factsOf(target)
    await using attacker = await beOtherUser(
      `const [cachedir, target, ...names] = args, [real, aside] = [join(cachedir, 'a'), join(cachedir, 'b')]
       fs.mkdirSync(real)
       for (const name of names) fs.writeFileSync(join(real, name), '')
       process.stdout.write('armed')
       for (;;) {
         attempt(() => fs.renameSync(real, aside))
         attempt(() => fs.symlinkSync(target, real))
         attempt(() => fs.unlinkSync(real))
         attempt(() => fs.renameSync(aside, real))
       }`,
      cachedir,
      target,
      ...names,
    )
    await until('the attacker is armed', () => attacker.output.includes('armed'))
    for (let round = 0; round < 3; round += 1) {
      await made.master.start()
      await made.master.stop()
    }
    expect(factsOf(target)).toEqual(before)
  })

  test.each(['cachedir', 'pki_dir', 'sock_dir'] as const)(
    'refuses a %s of somebody else, and names path and owner',
    async (option) => {
      const made = await prepare(asUser)
      const path = made.masterOptions[option]
      mkdirSync(path, { recursive: true })
      const { code, stderr } = await made.run('salt-master')
      expect({ code, stderr }).toEqual({
        code: 77,
        stderr: expect.stringContaining(`${path} belongs to user 0`),
      })
      expect(stderr).toContain(`chown -R ${otherUser.name}`)
      expect(statSync(path).uid).toBe(0)
    },
  )

  test('writes its log and its pid through no link of that user', async () => {
    const made = await prepare(asUser)
    const { log_file, pidfile } = made.masterOptions
    const target = treasure(made, ['file'])
    const before = factsOf(target)
    makeFor(dirname(log_file))
    symlinkSync(join(target, 'file'), log_file)
    const log = await made.run('salt-master')
    expect(log).toMatchObject({ code: 77, stderr: expect.stringContaining(log_file) })
    execFileSync('rm', [log_file])
    symlinkSync(join(target, 'made'), log_file)
    expect(await made.run('salt-master')).toMatchObject({ code: 77 })
    execFileSync('rm', [log_file])
    makeFor(dirname(pidfile))
    execFileSync('rm', ['-f', pidfile])
    symlinkSync(join(target, 'file'), pidfile)
    expect(await made.run('salt-master')).toMatchObject({
      code: 77,
      stderr: expect.stringContaining(pidfile),
    })
    expect(factsOf(target)).toEqual(before)
  })

  test('has keys changed by root as that user', async () => {
    const made = await prepare(asUser)
    const { pki_dir } = made.masterOptions
    const target = treasure(made, ['file'])
    makeFor(pki_dir)
    symlinkSync(join(target, 'file'), join(pki_dir, 'master_ed25519.pem'))
    const before = factsOf(target)
    expect((await made.run('salt-key', '-L')).code).not.toBe(0)
    expect(factsOf(target)).toEqual(before)
    execFileSync('rm', [join(pki_dir, 'master_ed25519.pem')])
    expect(await made.run('salt-key', '-L')).toMatchObject({ code: 0 })
    expect(statSync(join(pki_dir, 'master_ed25519.pem')).uid).toBe(otherUser.uid)
  })
})

describe('a master that stays root', () => {
  test.each(['cachedir', 'pki_dir', 'sock_dir'] as const)('refuses a %s of another user', async (option) => {
    const made = await prepare()
    const path = makeFor(made.masterOptions[option])
    const { code, stderr } = await made.run('salt-master')
    expect({ code, stderr }).toEqual({
      code: 77,
      stderr: expect.stringContaining(`${path} belongs to user ${otherUser.uid}`),
    })
    expect(existsSync(made.masterOptions.pidfile)).toBe(false)
  })

  test.each(['jobs', 'minions'])('refuses a %s that another user planted in cachedir', async (name) => {
    const made = await prepare()
    const path = makeFor(join(made.masterOptions.cachedir, name))
    const { code, stderr } = await made.run('salt-master')
    expect({ code, stderr }).toEqual({
      code: 77,
      stderr: expect.stringContaining(`${path} belongs to user ${otherUser.uid}`),
    })
  })

  test('logs into the directory of another user, but through nothing that user put there', async () => {
    const made = await prepare()
    const { log_file } = made.masterOptions
    const target = treasure(made, ['file'])
    const before = factsOf(target)
    makeFor(dirname(log_file))
    await made.master.start()
    await made.master.stop()
    expect(statSync(log_file).uid).toBe(0)
    for (const plant of [
      () => symlinkSync(join(target, 'file'), log_file),
      () => symlinkSync(join(target, 'made'), log_file),
      () => linkSync(join(target, 'file'), log_file),
      () => execFileSync('mkfifo', [log_file]),
    ]) {
      execFileSync('rm', ['-f', log_file])
      plant()
      expect(await made.run('salt-master')).toMatchObject({
        code: 77,
        stderr: expect.stringContaining(log_file),
      })
    }
    expect(factsOf(target)).toEqual(before)
  })
})

/** A directory for temporary files as `/tmp` is. */
function temporaryFiles(made: ProcessCluster): string {
  const directory = join(made.directory, 'tmp')
  mkdirSync(directory)
  chmodSync(directory, 0o1777)
  return directory
}

describe('code that a minion runs as a user', () => {
  const calls = [
    ['cmd.script', (made: ProcessCluster) => [writeScript(made), 'runas=nobody']],
    ['cmd.script_retcode', (made: ProcessCluster) => [writeScript(made), 'runas=nobody']],
    ['cmd.exec_code', () => ['sh', 'sleep 0.3', 'runas=nobody']],
    ['cmd.exec_code_all', () => ['sh', 'sleep 0.3', 'runas=nobody']],
  ] as const

  function writeScript(made: ProcessCluster): string {
    const path = join(made.directory, 'script.sh')
    writeFileSync(path, '#!/bin/sh\nsleep 0.3\nid -u\n')
    return path
  }

  test.each(calls)(
    '%s changes and removes nothing of root through what that user does',
    async (fun, args) => {
      const made = await prepare({ minions: ['web1'] })
      chmodSync(join(made.directory, 'web1'), 0o755)
      const [tmp, target] = [temporaryFiles(made), treasure(made, ['one', 'two', 'three'])]
      const before = factsOf(target)
      // Exchanges the copy for a link to a file of root, and puts a link to its directory beside it.
      await using attacker = await beOtherUser(
        `const [tmp, target] = args
       for (;;) for (const name of fs.readdirSync(tmp).filter((each) => each.startsWith('salt-code-'))) {
         const directory = join(tmp, name)
         for (const file of ['code', 'code.sh']) {
           if (!attempt(() => fs.lstatSync(join(directory, file)))) continue
           process.stdout.write('seen ')
           if (attempt(() => fs.symlinkSync(join(target, 'one'), join(directory, 'link')) ?? true))
             process.stdout.write('planted ')
           if (attempt(() => fs.renameSync(join(directory, 'link'), join(directory, file)) ?? true))
             process.stdout.write('swapped ')
           attempt(() => fs.symlinkSync(target, join(directory, 'sub')))
           attempt(() => fs.renameSync(directory, join(tmp, 'taken')))
         }
       }`,
        tmp,
        target,
      )
      for (let round = 0; round < 3; round += 1) {
        const result = await made.runWith(
          { env: { TMPDIR: tmp } },
          'salt-call',
          '--local',
          fun,
          ...args(made),
        )
        expect(result).toMatchObject({ code: 0, stderr: '' })
      }
      expect(attacker.output).toContain('seen')
      expect(attacker.output).not.toMatch(/planted|swapped/)
      expect(factsOf(target)).toEqual(before)
      expect(readdirSync(tmp)).toEqual([])
    },
  )

  test('is not written where others can exchange the directory', async () => {
    const made = await prepare({ minions: ['web1'] })
    const tmp = temporaryFiles(made)
    chmodSync(tmp, 0o777)
    const args = ['--local', 'cmd.exec_code', 'sh', 'id -u', 'runas=nobody']
    const { stdout, code } = await made.runWith({ env: { TMPDIR: tmp } }, 'salt-call', ...args)
    expect(code).not.toBe(0)
    expect(stdout).toContain(`${tmp} can be written by everybody`)
    expect(readdirSync(tmp)).toEqual([])
  })

  test('runs from a copy of site modules that nobody else can have put there', async () => {
    const made = await prepare({ minions: ['web1'] })
    const { cachedir } = made.minionOptions('web1')
    const site = join(made.directory, 'site')
    mkdirSync(join(site, 'modules'), { recursive: true })
    const text = `export default ({ defineModule, fn }) => defineModule({
      name: 'site', doc: 'S.', functions: { who: fn({ doc: 'Who.', run: () => 'site' }) } })`
    writeFileSync(join(site, 'modules', 'site.mjs'), text)
    makeFor(join(cachedir, 'site-modules'))
    const { stdout, stderr, code } = await made.run('salt-call', '--local', '-m', site, 'site.who')
    expect(code).not.toBe(0)
    expect(stdout + stderr).toContain(`site-modules belongs to user ${otherUser.uid}`)
  })
})

describe('a local client of root', () => {
  test.each(['link', 'fifo'])('takes no %s in the place of its key', async (kind) => {
    const made = await prepare(asUser)
    await made.master.start()
    const { cachedir } = made.masterOptions
    const key = join(cachedir, '.root_key')
    execFileSync('rm', ['-f', key])
    if (kind === 'fifo') execFileSync('mkfifo', [key])
    else symlinkSync('/etc/passwd', key)
    give(cachedir)
    // The key of the master's own user is left, and serves.
    expect(await made.run('salt-run', 'jobs.list_jobs')).toMatchObject({ code: 0 })
  })

  test('writes its results into no trap in a directory for everybody', async () => {
    const made = await prepare()
    await made.master.start()
    const tmp = temporaryFiles(made)
    const target = treasure(made, ['file'])
    const before = factsOf(target)
    symlinkSync(join(target, 'file'), join(tmp, 'out'))
    const { code, stderr } = await made.run('salt-run', 'jobs.list_jobs', `--out-file=${join(tmp, 'out')}`)
    expect({ code, stderr }).toMatchObject({ code: 64, stderr: expect.stringContaining('symbolic link') })
    expect(factsOf(target)).toEqual(before)
  })
})
