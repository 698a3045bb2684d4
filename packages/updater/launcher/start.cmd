@echo off
rem SPDX-License-Identifier: Apache-2.0
rem Starts a program of the version that the file `current` names; as start.sh does elsewhere.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "root=%root:~0,-1%"
set "name=%~n0"
set "NODE_OPTIONS="
set "NODE_PATH="
set "daemon="
for %%d in (@DAEMONS@) do if /i "%%d"=="%name%" set "daemon=1"
if not defined daemon goto once
set "HALITE_LAUNCHER=%root%\%name%.cmd"

:start
rem A version on trial runs as a child of the one before it, which watches its time. 85 asks for another start.
call :judge
if not defined judge goto once
"%root%\versions\%judge%\bin\node.exe" "%root%\versions\%judge%\lib\updater.js" supervise "%root%" %name% %*
set "code=%ERRORLEVEL%"
if "%code%"=="85" goto start
if not "%code%"=="70" exit /b %code%

:once
call :choose
if not defined version exit /b 70
"%root%\versions\%version%\bin\node.exe" "%root%\versions\%version%\lib\%name%.js" %*
set "code=%ERRORLEVEL%"
if defined daemon if "%code%"=="85" goto start
exit /b %code%

rem Sets `version` to a complete version: the one that `current` names, else the one before it, else any.
:choose
set "version="
for %%p in (current previous) do if not defined version call :read "%root%\%%p" version
if defined version exit /b 0
pushd "%root%\versions"
for /d %%v in (*) do if exist "%%v\MANIFEST.json" set "version=%%v"
popd
if not defined version echo %name%: there is no complete version in %root%\versions: unpack the release again 1>&2
exit /b 0

rem Sets `judge` to the version before the one on trial, which judges it, where there is a trial.
:judge
set "judge="
call :read "%root%\trial" judge
if not defined judge exit /b 0
if not exist "%root%\versions\%judge%\bin\node.exe" set "judge="
exit /b 0

rem Sets the variable %2 to the first line of the file %1 if that is the name of a complete version, and not a path.
:read
set "%2="
if not exist %1 exit /b 0
set "line="
for /f "usebackq delims=" %%l in (%1) do if not defined line set "line=%%l"
if not defined line exit /b 0
set "line=%line:"=%"
if not defined line exit /b 0
if not "%line:\=%"=="%line%" exit /b 0
if not "%line:/=%"=="%line%" exit /b 0
if "%line:~0,1%"=="." exit /b 0
if exist "%root%\versions\%line%\MANIFEST.json" set "%2=%line%"
exit /b 0
