// SPDX-License-Identifier: Apache-2.0

/** Requisites that a state itself names. */
export const requisites = [
  'onchanges',
  'onchanges_any',
  'onfail',
  'onfail_any',
  'onfail_all',
  'onfail_stop',
  'prereq',
  'prerequired',
  'watch',
  'watch_any',
  'require',
  'require_any',
  'listen',
] as const

/** Requisites that are written at the state which is required. */
export const requisitesIn = [
  'onchanges_in',
  'onfail_in',
  'prereq_in',
  'watch_in',
  'require_in',
  'listen_in',
] as const

const ofTheRun = [
  'fun',
  'state',
  'check_cmd',
  'cmd_opts_exclude',
  'failhard',
  'onlyif',
  'unless',
  'creates',
  'retry',
  'order',
  'parallel',
  'reload_modules',
  'reload_grains',
  'reload_pillar',
  'runas',
  'runas_password',
  'fire_event',
  'no_log',
  'provider',
  'saltenv',
  'umask',
  'aggregate',
  '__agg__',
  'use',
  'use_in',
  '__env__',
  '__sls__',
  '__id__',
  '__sls_included_from__',
  '__orchestration_jid__',
  '__pub_user',
  '__pub_arg',
  '__pub_jid',
  '__pub_fun',
  '__pub_tgt',
  '__pub_ret',
  '__pub_pid',
  '__pub_tgt_type',
  '__prereq__',
  '__prerequired__',
  '__umask__',
] as const

const requisiteSet: ReadonlySet<string> = new Set(requisites)
const internalSet: ReadonlySet<string> = new Set([...requisites, ...requisitesIn, ...ofTheRun])

/** Whether an argument is a requisite: what extends a state adds to its list. */
export function isRequisite(name: unknown): boolean {
  return typeof name === 'string' && requisiteSet.has(name)
}

/** Whether an argument is the run's, and reaches a state function only where that declares it. */
export function isForTheRun(name: string): boolean {
  return internalSet.has(name)
}
