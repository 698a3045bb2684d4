// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { render } from './rendering.ts'

test.each([
  ["{{ salt['no.such']() }}", 'sys.list_functions'],
  ['{{ salt.no.such() }}', 'sys.list_functions'],
  ['{{ nope }}', "default('…')"],
  ["{% include 'nope.jinja' %}", 'file roots'],
])('%s fails with the next step', async (template, hint) => {
  await expect(render(template)).rejects.toMatchObject({
    code: 'TEMPLATE_FAILED',
    hint: expect.stringContaining(hint),
  })
})
