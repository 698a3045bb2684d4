@echo off
rem SPDX-License-Identifier: Apache-2.0
rem Starts a program of the version that the file `current` names; as start.sh does elsewhere.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "root=%root:~0,-1%"
set "name=%~n0"
set "NODE_OPTIONS="
set "NODE_PATH="
call :choose
if not defined version exit /b 70
set "daemon="
for %%d in (@DAEMONS@) do if /i "%%d"=="%name%" set "daemon=1"
if defined daemon goto daemon
"%root%\versions\%version%\bin\node.exe" "%root%\versions\%version%\lib\%name%.js" %*
exit /b %ERRORLEVEL%

:daemon
set "HALITE_LAUNCHER=%root%\%name%.cmd"
:start
call :trial attempt "%root%" %name%
call :choose
"%root%\versions\%version%\bin\node.exe" "%root%\versions\%version%\lib\%name%.js" %*
set "code=%ERRORLEVEL%"
if "%code%"=="85" goto start
if not exist "%root%\trial" exit /b %code%
if "%code%"=="0" exit /b 0
call :trial failed "%root%" %code%
goto start

:choose
set "version="
for %%p in (current previous) do if not defined version call :read "%root%\%%p"
if defined version exit /b 0
pushd "%root%\versions"
for /d %%v in (*) do if exist "%%v\MANIFEST.json" set "version=%%v"
popd
if not defined version echo %name%: there is no complete version in %root%\versions: unpack the release again 1>&2
exit /b 0

:read
if not exist %1 exit /b 0
for /f "usebackq delims=" %%l in (%1) do if not defined version set "version=%%l"
if not defined version exit /b 0
if not exist "%root%\versions\%version%\MANIFEST.json" set "version="
exit /b 0

:trial
if not exist "%root%\trial" exit /b 0
set "judge="
for /f "usebackq delims=" %%l in ("%root%\trial") do if not defined judge set "judge=%%l"
if not exist "%root%\versions\%judge%\bin\node.exe" exit /b 0
"%root%\versions\%judge%\bin\node.exe" "%root%\versions\%judge%\lib\updater.js" %*
exit /b 0
