// SPDX-License-Identifier: Apache-2.0
import { askTops, type FunctionResult, type Registry, type SourceContext } from '@halite/loader'

/** Asks a module of `master_tops` for one minion. Never rejects: what it throws is the error of the result. */
export async function runTops(registry: Registry, name: string, ctx: SourceContext): Promise<FunctionResult> {
  try {
    return { return: (await askTops(registry, name, ctx)) ?? null, retcode: 0, success: true }
  } catch (error) {
    return { return: null, retcode: 1, success: false, error }
  }
}
