// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import type { ModuleCatalogue } from '../context.ts'
import type { Fn } from '../define.ts'
import type { FunctionKind } from '../manifest.ts'
import type { Registry } from '../registry.ts'
import { type Made, made } from './service.ts'

/** The service `modules`. */
export const modulesService: Made<ModuleCatalogue> = made<ModuleCatalogue>(({ registry }) =>
  catalogueOf(registry),
)

function catalogueOf(registry: Registry): ModuleCatalogue {
  return {
    functionNames: (kind) => registry.functionNames(kind),
    moduleNames: (kind) => registry.moduleNames(kind),
    objectNames: (kind) => [...new Set(registry.entries(kind).map(({ name }) => name))].sort(),
    providers: () => registry.providers(),
    notLoaded: async () => {
      const loaded = Object.values(await registry.providers())
      const files = registry.entries('execution').map((entry) => entry.file)
      return files.filter((file) => !loaded.includes(file))
    },
    find: (name, kind) => findFunction(registry, name, kind),
  }
}

async function findFunction(
  registry: Registry,
  name: string,
  kind: FunctionKind | undefined,
): Promise<Fn | undefined> {
  try {
    return (await registry.function(name, kind)).fn
  } catch (error) {
    if (isSaltError(error, 'FUNCTION_UNKNOWN') || isSaltError(error, 'MODULE_INVALID')) return undefined
    throw error
  }
}
