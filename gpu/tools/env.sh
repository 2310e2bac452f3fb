#!/usr/bin/env bash
# Prints the environment that Go compiles the build tag cuda with: eval "$(gpu/tools/env.sh)"
# usage: env.sh [--test]
# --test is for go test: test binaries look for a driver in the stub's folder first, and then start again with the emulated one
# (gpu/emul/emultest). Other programs look where the machine's driver is.
#
# The headers come before those of a CUDA that is installed, whose folders gorgonia.org/cu adds.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
headers=$("$here/headers.sh")
stub=$("$here/stub.sh")
link="-O2 -g -L$stub"
if [ "${1:-}" = --test ]; then link="$link -Wl,-rpath,$stub"; fi
printf 'export CGO_ENABLED=1 CGO_CFLAGS=%q CGO_LDFLAGS=%q\n' "-O2 -g -I$headers" "$link"
