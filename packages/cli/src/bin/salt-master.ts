// SPDX-License-Identifier: Apache-2.0
import { saltMasterCommand } from '../commands/salt-master.ts'
import { filesBeside, runTool } from '../main.ts'
import { saltMasterTool } from '../options/salt-master.ts'

void runTool(saltMasterTool, saltMasterCommand(filesBeside(import.meta.url)))
