// SPDX-License-Identifier: Apache-2.0

const jobs = 'salt/job/'

/** What all events of a job begin with, `salt/job/<jid>/`, of a tag that begins so; undefined for every other tag. */
export function jobPrefix(tag: string): string | undefined {
  if (!tag.startsWith(jobs)) return undefined
  const end = tag.indexOf('/', jobs.length)
  return end > jobs.length ? tag.slice(0, end + 1) : undefined
}
