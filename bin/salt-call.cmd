@echo off
rem SPDX-License-Identifier: Apache-2.0
setlocal
set "node=%~dp0..\node.exe"
if not exist "%node%" set "node=node.exe"
"%node%" "%~dp0salt-call" %*
