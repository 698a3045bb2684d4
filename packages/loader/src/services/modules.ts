// SPDX-License-Identifier: Apache-2.0
import type { ModuleCatalogue } from '../context.ts'
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
    describe: (name, kind) => registry.describe(name, kind),
  }
}
