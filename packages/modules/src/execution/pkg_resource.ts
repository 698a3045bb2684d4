// SPDX-License-Identifier: Apache-2.0
import { compareLooseVersions } from '@halite/core'
import { arg, defineModule, fn } from '@halite/loader'

const operators: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '>=': (order) => order >= 0,
  '>': (order) => order > 0,
}

/** `pkg_resource`: what providers of `pkg` have in common, and templates ask for. */
export default defineModule({
  name: 'pkg_resource',
  doc: 'Versions of packages, whatever the system is.',
  functions: {
    version_compare: fn({
      doc: 'Return whether one version stands to another as the operator says: numbers in them by value. An operator that does not exist is False.',
      examples: [
        "salt '*' pkg_resource.version_compare '3.5' '<=' '2.4'",
        "salt '*' pkg_resource.version_compare '1:3.5' '<=' '2.4' ignore_epoch=True",
      ],
      args: {
        ver1: arg.string('A version.'),
        oper: arg.string('``==``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``.'),
        ver2: arg.string('Another one.'),
        ignore_epoch: arg.boolean('Compare without the number before the colon.').default(false),
      },
      run: ({ log }, { ver1, oper, ver2, ignore_epoch: ignoresEpoch }) => {
        const holds = Object.hasOwn(operators, oper) ? operators[oper] : undefined
        if (holds === undefined) {
          log.error(`Invalid operator '${oper}' for version comparison`)
          return false
        }
        const [one = '', other = ''] = ignoresEpoch ? [ver1, ver2].map(withoutEpoch) : [ver1, ver2]
        return holds(compareLooseVersions(one, other))
      },
    }),
    version_clean: fn({
      doc: 'Return a version without what a provider of ``pkg`` adds to it: as it is, since none of ours does.',
      examples: ["salt '*' pkg_resource.version_clean 1.2.3"],
      args: { verstr: arg.string('The version.') },
      run: (_ctx, { verstr }) => verstr,
    }),
  },
})

function withoutEpoch(version: string): string {
  return version.slice(version.indexOf(':') + 1)
}
