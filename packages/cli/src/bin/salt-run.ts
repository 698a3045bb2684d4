// SPDX-License-Identifier: Apache-2.0
import { saltRunCommand } from '../commands/salt-run.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltRunTool } from '../options/salt-run.ts'

void runTool(saltRunTool, saltRunCommand(filesBeside(import.meta.url).manifest))
