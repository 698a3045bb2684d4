// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  isTruthy,
  mergeBy,
  mergeStrategies,
  messageOf,
  pythonStr,
  SaltError,
  valueAt,
} from '@halite/core'
import { deriveContext, type ExecContext, type Failed, failed } from '@halite/loader'
import {
  type Compiled,
  HighStateCompiler,
  type RenderSls,
  SlsCatalogue,
  type StateFiles,
  type TopParts,
} from '@halite/states'
import { compileTarget, isTargetType, isUnknownNodegroup, type Nodegroups } from '@halite/targeting'
import { type CallPillar, callPillar } from '../parts/call-pillar.ts'
import { checkKeywords } from '../parts/keywords.ts'
import { localOptions } from './local-config.ts'
import { waitForTurn } from './queue.ts'
import { retcodes } from './retcodes.ts'
import { slsRenderer } from './sls-renderer.ts'
import { stateFiles } from './state-files.ts'

/** What a call says of the facts that states are compiled and run with. */
export interface SessionArguments extends CallPillar {
  readonly test?: unknown
  readonly saltenv?: string | undefined
  readonly pillarenv?: string | undefined
  readonly force?: boolean
  readonly localconfig?: string | undefined
  readonly queue?: unknown
  /** It changes nothing, or is not to wait for others. */
  readonly concurrent?: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** One call of a function of `state`: its facts, and what compiles with them. */
export class StateSession {
  readonly ctx: ExecContext
  readonly test: boolean
  /** Empty where the call and the options name none. */
  readonly saltenv: string
  readonly catalogue: SlsCatalogue
  /** Why the call may not run now, as it is returned: others do. */
  readonly refusal: Failed | undefined
  readonly #compiler: HighStateCompiler
  readonly #render: RenderSls

  /** Waits for its turn. Rejects with `ARGUMENTS_INVALID`, or `COMMAND_FAILED` where `lock_saltenv` forbids the environment. */
  static async open(given: ExecContext, name: string, args: SessionArguments): Promise<StateSession> {
    checkKeywords(name, args.kwargs)
    const ctx = deriveContext(given, { options: await localOptions(given, args.localconfig) })
    const refusal = await waitForTurn(ctx, args)
    const saltenv = environmentOf(ctx, args)
    const pillar = await pillarOf(ctx, args)
    const test = testOf(ctx, args.test)
    const options = { ...ctx.options, saltenv, test, ...(args.pillarenv && { pillarenv: args.pillarenv }) }
    return new StateSession(deriveContext(ctx, { pillar, options }), { test, saltenv, refusal })
  }

  private constructor(ctx: ExecContext, { test, saltenv, refusal }: SessionFacts) {
    this.ctx = ctx
    this.refusal = refusal
    this.test = test
    this.saltenv = saltenv
    const files: StateFiles = stateFiles(ctx)
    this.catalogue = new SlsCatalogue(files)
    this.#render = slsRenderer(ctx)
    this.#compiler = this.#compilerWith(this.#render)
  }

  #compilerWith(render: RenderSls): HighStateCompiler {
    const autoOrder = this.ctx.options['state_auto_order'] !== false
    return new HighStateCompiler({ catalogue: this.catalogue, render, autoOrder })
  }

  /** Why nothing may run: another run, or errors of the pillar, in Salt's words. With `force` errors are no reason. */
  pillarProblem(force = false): Failed | undefined {
    if (this.refusal !== undefined) return this.refusal
    const errors = valueAt(this.ctx.pillar, '_errors')
    if (force || errors === undefined || !isTruthy(errors)) return undefined
    const list = Array.isArray(errors) ? errors.map(pythonStr) : [pythonStr(errors)]
    return failed(['Pillar failed to render with the following messages:', ...list], retcodes.pillarFailed)
  }

  /** High data of sls files, of `base` where no environment is named: their `opts` show it, as in Salt. */
  compile(mods: readonly string[]): Promise<Compiled> {
    const saltenv = this.saltenv || 'base'
    const ctx = deriveContext(this.ctx, { options: { ...this.ctx.options, saltenv } })
    return this.#compilerWith(slsRenderer(ctx)).compile(new Map([[saltenv, mods]]))
  }

  /** High data of what top files say. */
  compileMatches(matches: ReadonlyMap<string, readonly string[]>): Promise<Compiled> {
    return this.#compiler.compile(matches)
  }

  /** High data of a text that has no name: its states belong to no sls. */
  compileTemplate(text: string, saltenv: string): Promise<Compiled> {
    const path = '<template-str>'
    return this.#compiler.compileText({ text, path, localPath: path }, { sls: '', saltenv, path })
  }

  /** High data of one file of this machine. */
  compileText(file: { readonly text: string; readonly path: string }, saltenv: string): Promise<Compiled> {
    const place = { sls: file.path, saltenv, path: file.path }
    return this.#compiler.compileText({ ...file, localPath: file.path }, place)
  }

  /** What reads top files. `top` names another file, `saltenv` the only environment that is looked in for it. */
  topParts(changed: { readonly state_top?: string; readonly state_top_saltenv?: string } = {}): TopParts {
    const { ctx } = this
    return {
      catalogue: this.catalogue,
      render: this.#render,
      options: { ...ctx.options, ...changed },
      matches: (target, type) => selects(ctx, target, type),
      masterTops: () => ctx.masterTops(),
    }
  }
}

interface SessionFacts {
  readonly test: boolean
  readonly saltenv: string
  readonly refusal: Failed | undefined
}

/** Whether a target of a top file selects this minion. One that cannot be read selects nobody and is logged. */
function selects(ctx: ExecContext, tgt: string, tgtType: string): boolean {
  const { id, grains, pillar, options, log } = ctx
  try {
    if (!isTargetType(tgtType)) throw new SaltError('TARGET_INVALID', `there is no match type '${tgtType}'`)
    const nodegroups = options['nodegroups'] as Nodegroups | undefined
    const target = compileTarget({ tgt, tgtType, nodegroups })
    return target.matches({ id, grains, pillar })
  } catch (error) {
    const reason = { target: tgt, reason: messageOf(error) }
    if (isUnknownNodegroup(error)) log.warning('a target of the top file selects nobody', reason)
    else log.error('a target of the top file selects nobody', reason)
    return false
  }
}

function environmentOf(ctx: ExecContext, { saltenv }: SessionArguments): string {
  const own = ctx.options['saltenv']
  const configured = typeof own === 'string' ? own : ''
  if (saltenv === undefined || saltenv === configured) return configured
  if (ctx.options['lock_saltenv'] === true) {
    throw new SaltError('COMMAND_FAILED', 'lock_saltenv is enabled, saltenv cannot be changed')
  }
  return saltenv
}

/** The pillar as it is now: compiled again where a daemon holds one that may be old, with what the call adds. */
async function pillarOf(ctx: ExecContext, args: SessionArguments): Promise<DataMap> {
  const { pillarenv, saltenv } = args
  const override = await callPillar(ctx, args)
  const followsEnv = ctx.options['pillarenv_from_saltenv'] === true
  const env = pillarenv ?? (followsEnv ? saltenv : undefined)
  const isOld = ctx.daemon !== undefined || (env !== undefined && env !== ctx.options['pillarenv'])
  if (!isOld) return overridden(ctx, override)
  try {
    return await ctx.compilePillar(env, { override, saltenv })
  } catch (error) {
    if (env !== undefined) throw error
    ctx.log.warning('the pillar could not be compiled again; states see the last one', {
      reason: messageOf(error),
    })
    return overridden(ctx, override)
  }
}

/** The pillar that is held, with what the call adds. */
function overridden({ pillar, options }: ExecContext, override: DataMap | undefined): DataMap {
  if (override === undefined) return pillar
  const strategy = mergeStrategies.find((known) => known === options['pillar_source_merging_strategy'])
  const mergeLists = options['pillar_merge_lists'] === true
  return mergeBy(pillar, override, { mergeLists, ...(strategy === undefined ? {} : { strategy }) })
}

function testOf(ctx: ExecContext, test: unknown): boolean {
  if (test === undefined || test === null) return ctx.options['test'] === true
  if (typeof test === 'string') return !['false', 'no', 'off', '0', ''].includes(test.toLowerCase())
  return isTruthy(test)
}
