// SPDX-License-Identifier: Apache-2.0
import { saltCpCommand } from '../commands/salt-cp.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltCpTool } from '../options/salt-cp.ts'

void runTool(saltCpTool, saltCpCommand(filesBeside(import.meta.url).manifest))
