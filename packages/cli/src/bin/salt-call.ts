// SPDX-License-Identifier: Apache-2.0
import { saltCallCommand } from '../commands/salt-call.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltCallTool } from '../options/salt-call.ts'

void runTool(saltCallTool, saltCallCommand(filesBeside(import.meta.url)))
