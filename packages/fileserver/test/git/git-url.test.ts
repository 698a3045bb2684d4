// SPDX-License-Identifier: Apache-2.0
import { parseGitUrl } from '@halite/fileserver'
import { describe, expect, test } from 'vitest'

describe('URLs of git', () => {
  test.each([
    ['https://example.com/a.git', 'https', 'https://example.com/a.git'],
    ['HTTPS://Example.com/a.git', 'https', 'https://example.com/a.git'],
    ['ssh://git@example.com:2222/a.git', 'ssh', 'ssh://git@example.com:2222/a.git'],
    ['git@example.com:team/a.git', 'ssh', 'git@example.com:team/a.git'],
    ['git@[::1]:a.git', 'ssh', 'git@[::1]:a.git'],
    ['example.com:a.git', 'ssh', 'example.com:a.git'],
    ['git://example.com/a.git', 'git', 'git://example.com/a.git'],
    ['file:///srv/a.git', 'file', 'file:///srv/a.git'],
    ['/srv/a b.git', 'file', '/srv/a b.git'],
  ])('%s is taken', (text, scheme, href) => {
    expect(parseGitUrl(text)).toMatchObject({ scheme, href, password: undefined })
  })

  test('a user and a password leave a URL, which shows neither a password nor a query', () => {
    const url = parseGitUrl('https://al%20ice:s%40cret@example.com/a.git?token=abc')
    expect(url).toMatchObject({ user: 'al ice', shown: 'https://example.com/a.git?…' })
    expect(url.password?.reveal()).toBe('s@cret')
    expect(url.href).toBe('https://example.com/a.git?token=abc')
    expect(JSON.stringify(url)).not.toContain('s@cret')
  })

  test.each([
    ['--upload-pack=touch /tmp/x', "begins with '-'"],
    ['-oProxyCommand=x', "begins with '-'"],
    ['ext::sh -c id', 'helper program'],
    ['fd::17', 'helper program'],
    ['persistent-https::x', 'helper program'],
    ['ssh://-oProxyCommand=x/a.git', 'refused'],
    ['ssh://-x@example.com/a.git', "user begins with '-'"],
    ['-x@example.com:a.git', "begins with '-'"],
    ['git@-example.com:a.git', "begins with '-'"],
    ['git@example.com:-a.git', "begins with '-'"],
    ['ftp://example.com/a.git', 'no scheme of git'],
    ['https://', 'refused'],
    ['relative/path', 'neither a URL'],
    ['', 'neither a URL'],
    ['https://example.com/a\nb', 'control characters'],
    ['https://a%0ab:c@example.com/', 'control characters'],
    ['https://a:%zz@example.com/', 'not well encoded'],
  ])('%s is refused', (text, why) => {
    const read = () => parseGitUrl(text)
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(read).toThrow(why)
  })

  test('the message of a refused URL shows no password', () => {
    expect(() => parseGitUrl('ftp://me:hunter2@example.com/')).toThrow(/^(?!.*hunter2)/)
    expect(() => parseGitUrl('https://me:hunt@er2@example.com:port/?t=hunter3')).toThrow(
      /^(?!.*(?:er2|hunter3))/,
    )
  })
})
