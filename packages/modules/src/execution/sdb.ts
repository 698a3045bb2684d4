// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto'
import { type DataMap, isMap, pythonStr, SaltError, valueAt } from '@halite/core'
import { arg, defineModule, type ExecContext, fn, type SdbDriver } from '@halite/loader'

const uri = arg.any('``sdb://<profile>/<key>``.')
const defaultChars = 'abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)'

/** `sdb`: values by URI, wherever they are kept. */
export default defineModule({
  name: 'sdb',
  doc: 'Values by URI, ``sdb://<profile>/<key>``. A profile is an option of the minion, or a key of its pillar, that names a ``driver``.',
  functions: {
    get: fn({
      doc: 'Return a value. What is no URI of a profile is returned as it is.',
      examples: ["salt '*' sdb.get sdb://mysecrets/password strict=True"],
      args: { uri, strict: arg.boolean('Fail for what is no URI of a profile.').default(false) },
      run: async (ctx, { uri: given, strict }) => {
        const found = await placeOf(ctx, given)
        if ('problem' in found && strict) throw new SaltError('ARGUMENTS_INVALID', found.problem)
        return 'problem' in found ? given : found.driver.get(ctx, found.key, found.profile)
      },
    }),
    set: fn({
      doc: 'Store a value. Returns what the driver says; ``False`` for what is no URI of a profile.',
      examples: ["salt '*' sdb.set sdb://mysecrets/password secret"],
      args: { uri, value: arg.any('The value.') },
      run: async (ctx, { uri: given, value }) => {
        const found = await placeOf(ctx, given)
        if ('problem' in found) return false
        const { driver, key, profile } = found
        return allowed(driver, 'set')(ctx, key, { value, profile })
      },
    }),
    delete: fn({
      doc: 'Remove a value. Returns what the driver says; ``False`` for what is no URI of a profile.',
      examples: ["salt '*' sdb.delete sdb://mysecrets/password"],
      args: { uri },
      run: async (ctx, { uri: given }) => {
        const found = await placeOf(ctx, given)
        if ('problem' in found) return false
        return allowed(found.driver, 'delete')(ctx, found.key, found.profile)
      },
    }),
    get_or_set_hash: fn({
      doc: 'Return a value; where there is none, one of random characters is stored first.',
      examples: ["salt '*' sdb.get_or_set_hash sdb://mysecrets/new 50"],
      args: {
        uri,
        length: arg.integer('Number of characters.').default(8),
        chars: arg.string('Characters to choose from.').default(defaultChars),
      },
      run: async (ctx, { uri: given, length, chars }) => {
        const found = await placeOf(ctx, given)
        if ('problem' in found) return false
        const { driver, key, profile } = found
        const known = await driver.get(ctx, key, profile)
        if (known !== null && known !== undefined) return known
        const letters = [...chars]
        const value = Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
        await allowed(driver, 'set')(ctx, key, { value, profile })
        return value
      },
    }),
  },
})

interface Place {
  readonly driver: SdbDriver<ExecContext>
  readonly key: string
  readonly profile: DataMap
}

/** Where a URI leads, or why it is none. Rejects with `FUNCTION_UNKNOWN` for a driver that is not there. */
async function placeOf(ctx: ExecContext, given: unknown): Promise<Place | { readonly problem: string }> {
  const [, name, key] = /^sdb:\/\/([^/]+)\/(.+)$/s.exec(typeof given === 'string' ? given : '') ?? []
  if (name === undefined || key === undefined) {
    return { problem: `SDB uri must be sdb://<profile>/<key>, and is ${pythonStr(given)}` }
  }
  const profile = [ctx.options[name], valueAt(ctx.pillar, name)].find(isMap)
  const driverName = profile === undefined ? undefined : valueAt(profile, 'driver')
  if (profile === undefined || driverName === undefined) {
    return { problem: `SDB profile "${name}" wasnt found in the minion configuration` }
  }
  const driver = await ctx.modules.object('sdb', pythonStr(driverName))
  if (driver !== undefined) return { driver, key, profile }
  const known = ctx.modules.objectNames('sdb').join(', ')
  throw new SaltError('FUNCTION_UNKNOWN', `sdb has no driver '${pythonStr(driverName)}'; there are: ${known}`)
}

function allowed<N extends 'set' | 'delete'>(driver: SdbDriver, name: N): NonNullable<SdbDriver[N]> {
  const method = driver[name]
  if (method !== undefined) return method as NonNullable<SdbDriver[N]>
  throw new SaltError('COMMAND_FAILED', `the sdb driver '${driver.name}' has no ${name}`)
}
