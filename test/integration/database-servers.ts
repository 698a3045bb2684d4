// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findProgram } from '@halite/core'
import { freePorts, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'

/** A database server of this machine in a directory of its own. */
export interface DatabaseServer {
  readonly port: number
  /** Where its socket is, if it has one. */
  readonly directory: string
  close(): Promise<void>
}

/** The programs that a server needs, by the package of Debian that has them; undefined when one is missing. */
export function missingPackage(programs: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(programs).find(([program]) => programPath(program) === undefined)?.[1]
}

/** PostgreSQL's server is in no search path. */
function programPath(program: string): string | undefined {
  const versions = '/usr/lib/postgresql'
  const places = findProgram('pg_lsclusters') === undefined ? [] : readdirSync(versions)
  const own = places.map((version) => findProgram(join(versions, version, 'bin', program)))
  return findProgram(program) ?? own.find((path) => path !== undefined)
}

function pathOf(program: string): string {
  const path = programPath(program)
  if (path === undefined) throw new Error(`${program} is not installed`)
  return path
}

/** Redis with a password. */
export async function startRedis(password: string): Promise<DatabaseServer> {
  const directory = temporaryDirectory('halite-redis')
  const [port = 0] = await freePorts(1)
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    '--requirepass',
    password,
  ]
  const child = spawn(pathOf('redis-server'), args, { stdio: 'ignore' })
  return started(child, { directory, port }, () => {
    execFileSync('redis-cli', ['-p', `${port}`, 'ping'], {
      env: { ...process.env, REDISCLI_AUTH: password },
      stdio: 'pipe',
    })
  })
}

/** MariaDB, whose root has no password at its socket. */
export async function startMariadb(): Promise<DatabaseServer> {
  const directory = temporaryDirectory('halite-mariadb')
  const user = giveTo('mysql', directory)
  const [port = 0] = await freePorts(1)
  const data = join(directory, 'data')
  execFileSync(
    pathOf('mariadb-install-db'),
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--user=${user}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { stdio: 'ignore' },
  )
  const socket = join(directory, 's')
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--user=${user}`,
    `--socket=${socket}`,
    `--port=${port}`,
  ]
  const child = spawn(pathOf('mariadbd'), [...args, '--bind-address=127.0.0.1'], { stdio: 'ignore' })
  return started(child, { directory, port }, () => {
    execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '--execute=select 1'], { stdio: 'pipe' })
  })
}

/** PostgreSQL, whose user and password are `salt`. It refuses to run as root. */
export async function startPostgres(): Promise<DatabaseServer> {
  const directory = temporaryDirectory('halite-postgres')
  giveTo('postgres', directory)
  const [port = 0] = await freePorts(1)
  const data = join(directory, 'data')
  const own = { ...idsOf('postgres'), cwd: directory }
  execFileSync('sh', ['-c', `echo salt > ${directory}/password`], own)
  execFileSync(
    pathOf('initdb'),
    [
      '-D',
      data,
      '-A',
      'scram-sha-256',
      `--pwfile=${directory}/password`,
      '-U',
      'salt',
      '-E',
      'UTF8',
      '--no-sync',
    ],
    { ...own, stdio: 'ignore' },
  )
  const child = spawn(pathOf('postgres'), ['-D', data, '-p', `${port}`, '-k', directory, '-h', '127.0.0.1'], {
    ...own,
    stdio: 'ignore',
  })
  return started(child, { directory, port }, () => {
    const env = { ...process.env, PGPASSWORD: 'salt' }
    execFileSync('psql', ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'salt', 'postgres', '-c', 'select 1'], {
      env,
      stdio: 'pipe',
    })
  })
}

async function started(
  child: ChildProcess,
  { directory, port }: { readonly directory: string; readonly port: number },
  ask: () => void,
): Promise<DatabaseServer> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const close = async () => {
    child.kill('SIGINT')
    await Promise.race([ended, delay(5000).then(() => child.kill('SIGKILL'))])
    removeTemporaryDirectory(directory)
  }
  for (let attempt = 0; ; attempt++) {
    try {
      ask()
      return { directory, port, close }
    } catch (error) {
      if (attempt === 100 || child.exitCode !== null) {
        await close()
        throw error
      }
      await delay(200)
    }
  }
}

/** Root runs it as the user that its package made; anybody else as themselves. */
function giveTo(user: string, directory: string): string {
  const { uid, gid } = idsOf(user)
  if (uid === undefined || gid === undefined) return execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()
  chownSync(directory, uid, gid)
  return user
}

function idsOf(user: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${user}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}
