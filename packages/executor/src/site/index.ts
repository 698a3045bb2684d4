// SPDX-License-Identifier: Apache-2.0

/** The modules of a site, read in executors that are thrown away; an entry of its own, for what never starts a job. */
export { SiteModules, type SiteModulesInit } from './site-modules.ts'
