#!/usr/bin/env bash
# Writes symbols.txt: the driver's functions that gorgonia.org/cu and the package driver link with. Needs run only when one of
# them changes. The stub and the emulated driver are made from the list.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# nothing is there to link with yet
echo 'int none;' | ${CC:-cc} -x c -shared -fPIC -Wl,-soname,libcuda.so.1 -o "$work/libcuda.so" -
export CGO_ENABLED=1 CGO_CFLAGS="-I$(./headers.sh)" CGO_LDFLAGS="-L$work -Wl,--unresolved-symbols=ignore-all" CGO_LDFLAGS_ALLOW='.*'
for archive in $(go list -export -tags cuda -f '{{.Export}}' gorgonia.org/cu ../driver); do
  objects=$(mktemp -d -p "$work")
  (cd "$objects" && ar x "$archive" && for o in *.o; do nm "$o" 2>/dev/null || true; done)
done >"$work/all"
# without those that cu defines itself
awk '$1 == "U" && $2 ~ /^cu[A-Z]/ { used[$2] } $2 == "T" { own[$3] } END { for (s in used) if (!(s in own)) print s }' "$work/all" |
  LC_ALL=C sort >symbols.txt.new
mv symbols.txt.new symbols.txt
