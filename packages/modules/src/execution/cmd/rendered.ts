// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/** The parts of a call that may be templates. */
interface Written {
  readonly cmd: string | readonly string[]
  readonly cwd?: string | undefined
  /** The engine; nothing is rendered without it. */
  readonly template?: string | undefined
  readonly saltenv?: string | undefined
}

/** A call with its command and directory rendered, where it asks for that. Rejects as `ctx.render.text`. */
export async function renderedCall<V extends Written>(ctx: ExecContext, values: V): Promise<V> {
  const { cmd, cwd, template, saltenv } = values
  if (!template) return values
  const render = (text: string) => ctx.render.text({ text, template, saltenv, name: 'cmd' })
  return {
    ...values,
    cmd: typeof cmd === 'string' ? await render(cmd) : await Promise.all(cmd.map(render)),
    ...(cwd === undefined ? {} : { cwd: await render(cwd) }),
  }
}

/** A script as the template it is, where the call asks for that. */
export async function renderedScript(
  { render }: ExecContext,
  content: Buffer,
  {
    template,
    saltenv,
    name,
  }: { readonly template?: string | undefined; readonly saltenv?: string | undefined; readonly name: string },
): Promise<Buffer> {
  if (!template) return content
  return Buffer.from(await render.text({ text: content.toString('utf8'), template, saltenv, name }))
}
