// SPDX-License-Identifier: Apache-2.0

/**
 * The built-in modules, one folder for each kind. Nothing is imported from here but the manifest: the registry of
 * `@halite/loader` reads it and imports a module when it is first needed.
 */
export { manifest } from './manifest.generated.ts'
