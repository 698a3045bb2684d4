// SPDX-License-Identifier: Apache-2.0
import type { FunctionKind, KindObjects, ModuleKind } from '../kinds.ts'
import type { DescribedFunction } from '../manifest.ts'
import type { Registry } from '../registry.ts'
import { type Made, made } from './service.ts'

/** The loader as modules see it. `kind` says which modules are meant; default those of execution. */
export interface ModuleCatalogue {
  /** All function names, `module.function`, sorted. */
  functionNames(kind?: FunctionKind): Promise<readonly string[]>
  /** All module names under which functions can be called, sorted. */
  moduleNames(kind?: FunctionKind): Promise<readonly string[]>
  /** Names of the modules of a kind that has no functions, sorted. */
  objectNames(kind: Exclude<ModuleKind, FunctionKind>): readonly string[]
  /** The object of a kind that has no functions, by its name; undefined when there is none. Rejects with `MODULE_INVALID`. */
  object<K extends Exclude<ModuleKind, FunctionKind>>(
    kind: K,
    name: string,
  ): Promise<KindObjects[K] | undefined>
  /** Module name → the file that provides it. */
  providers(): Promise<Readonly<Record<string, string>>>
  /** Files that provide no module here, because they declined or are broken, sorted. */
  notLoaded(): Promise<readonly string[]>
  /** Why a module does not load here, in Salt's words; undefined when it may, or when there is none of the name. */
  refusal(moduleName: string, kind?: FunctionKind): string | undefined
  /** What a function declares: to document or call it. Undefined when it does not exist or its module is broken. */
  describe(name: string, kind?: FunctionKind): Promise<DescribedFunction | undefined>
}

/** The service `modules`. */
export const modulesService: Made<ModuleCatalogue> = made<ModuleCatalogue>(({ registry }) =>
  catalogueOf(registry),
)

function catalogueOf(registry: Registry): ModuleCatalogue {
  return {
    functionNames: (kind) => registry.functionNames(kind),
    moduleNames: (kind) => registry.moduleNames(kind),
    objectNames: (kind) => [...new Set(registry.entries(kind).map(({ name }) => name))].sort(),
    object: (kind, name) => registry.object(kind, name),
    providers: () => registry.providers(),
    notLoaded: async () => {
      const loaded = Object.values(await registry.providers())
      const files = registry.entries('execution').map((entry) => entry.file)
      return files.filter((file) => !loaded.includes(file))
    },
    refusal: (moduleName, kind) => registry.refusal(moduleName, kind),
    describe: (name, kind) => registry.describe(name, kind),
  }
}
