// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { beforeEach, describe, expect, test } from 'vitest'
import { callCmd, kw } from './call.ts'

const nobody = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .find((line) => line.startsWith('nobody:'))

describe('as another user', () => {
  beforeEach((ctx) => {
    ctx.skip(process.getuid?.() !== 0, 'only root may run commands as others')
    ctx.skip(nobody === undefined, 'there is no user nobody')
  })

  const [, , uid, gid, , home] = nobody?.split(':') ?? []

  test('runs with its ids, home and name', async () => {
    const cmd = 'echo $(id -u) $(id -g) $HOME $USER'
    const result = await callCmd('run', [cmd, kw({ runas: 'nobody' })])
    expect(result).toMatchObject({ return: `${uid} ${gid} ${home} nobody`, retcode: 0 })
  })

  test('has the groups of the user', async () => {
    const own = await callCmd('run', ['id -G nobody'])
    expect(await callCmd('run', ['id -G', kw({ runas: 'nobody' })])).toMatchObject({ return: own.return })
  })

  test('has the environment of a login, and what is given on top', async () => {
    const cmd = 'echo $LOGNAME $A'
    const result = await callCmd('run', [cmd, kw({ runas: 'nobody', clean_env: true, env: { A: 'x' } })])
    expect(result).toMatchObject({ return: 'nobody x' })
  })

  test('runs without a shell, with a umask, and in the group asked for', async () => {
    const words = { runas: 'nobody', python_shell: false, umask: '077', group: 'daemon' }
    const daemon = (await callCmd('run', ['getent group daemon | cut -d: -f3'])).return
    expect(await callCmd('run', ['id -u', kw(words)])).toMatchObject({ return: uid })
    expect(await callCmd('run', ['id -g', kw(words)])).toMatchObject({ return: daemon })
    expect(await callCmd('run', ['id -g', kw({ group: 'daemon' })])).toMatchObject({ return: daemon })
  })

  test('lets the user read the code it runs', async () => {
    expect(await callCmd('exec_code', ['sh', 'id -u', kw({ runas: 'nobody' })])).toMatchObject({
      return: uid,
    })
  })
})

test('the own user needs no rights', async () => {
  const { username, uid } = userInfo()
  expect(await callCmd('run', ['id -u', kw({ runas: username })])).toMatchObject({ return: String(uid) })
})
