// SPDX-License-Identifier: Apache-2.0
import { setFlagsFromString } from 'node:v8'
import { saltCallCommand } from '../commands/salt-call.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltCallTool } from '../options/salt-call.ts'

// Eight times V8's default: a process that lives for a second optimizes what is hot for longer than a few milliseconds. With the
// default the optimizing compiler took a third of the CPU of a run of states, for code that was gone before it paid off.
setFlagsFromString('--interrupt-budget=540000')

void runTool(saltCallTool, saltCallCommand(filesBeside(import.meta.url)))
