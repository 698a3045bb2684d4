// SPDX-License-Identifier: Apache-2.0
import { saltKeyCommand } from '../commands/salt-key.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltKeyTool } from '../options/salt-key.ts'

void runTool(saltKeyTool, saltKeyCommand(filesBeside(import.meta.url).manifest))
