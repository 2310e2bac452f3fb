#!/usr/bin/env bash
# Writes unsupported.c: the driver's functions that programs link with (../tools/symbols.txt) and that aren't emulated.
set -euo pipefail
cd "$(dirname "$0")"
{
  echo "// Made by unsupported.sh: functions that programs link with, and that aren't emulated. Each answers CUDA_ERROR_NOT_SUPPORTED."
  echo "int emul_unsupported(const char *name);"
  sed -n 's/^API \(cu[A-Za-z0-9_]*\)(.*/\1/p' ./*.cpp | LC_ALL=C sort | LC_ALL=C comm -13 - ../tools/symbols.txt |
    sed 's/.*/__attribute__((visibility("default"))) int &(void) { return emul_unsupported("&"); }/'
} >unsupported.c.new
mv unsupported.c.new unsupported.c
