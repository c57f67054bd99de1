@echo off
rem The same as load_test.sh on Windows; --help prints the usage.
where node >nul 2>nul || (echo node not found. Install Node 22.18 or newer. 1>&2 & exit /b 3)
node "%~dp0..\..\bin\spacetime-vr.mjs" load %*
exit /b %ERRORLEVEL%
