// SPDX-License-Identifier: Apache-2.0
import { saltCommand } from '../commands/salt.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltTool } from '../options/salt.ts'

void runTool(saltTool, saltCommand(filesBeside(import.meta.url).manifest))
