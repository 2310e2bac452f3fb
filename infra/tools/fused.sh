#!/usr/bin/env bash
# Fails where Go's compiler fuses a product and a sum on a processor that it fuses on: such code has other bits there.
# usage: fused.sh PACKAGE...
set -euo pipefail
cd "$(dirname "$0")/../.."
listing=$(GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -gcflags=-S "$@" 2>&1)
if grep -E '^\s+0x[0-9a-f]+ .*\sFN?M(ADD|SUB)[SD]?\s' <<<"$listing"; then
  echo "fused.sh: round the products above, float32(x*y) + z, so that every processor gives the same bits" >&2
  exit 1
fi
grep -q 'TEXT' <<<"$listing" || { echo "fused.sh: the compiler listed nothing" >&2; exit 1; }
