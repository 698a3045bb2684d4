// SPDX-License-Identifier: Apache-2.0
import { saltMinionCommand } from '../commands/salt-minion.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltMinionTool } from '../options/salt-minion.ts'

void runTool(saltMinionTool, saltMinionCommand(filesBeside(import.meta.url)))
