#!/usr/bin/env bash
# Packs bin/ziplaw-gpu-verify.tar.gz: what verifies a machine with a GPU, where there is neither Go nor a network.
# usage: bundle.sh   (behind make cuda, which builds bin/ziplaw-cuda)
# The same program gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/../.."
limit=$((60 * 1000 * 1000)) # bytes
name=ziplaw-gpu-verify
out=bin/$name.tar.gz

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
strip -o "$work/$name/ziplaw-cuda" bin/ziplaw-cuda
install -m 755 gpu/verify/verify.sh "$work/$name/verify.sh"
install -m 644 gpu/verify/README.md LICENSE "$work/$name"
chmod 755 "$work/$name" "$work/$name/ziplaw-cuda"

tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --format=ustar "$name" | gzip -n -9 >"$work/packed"
size=$(stat -c %s "$work/packed")
if [ "$size" -ge "$limit" ]; then
  echo "bundle.sh: the bundle has $size bytes, less than $limit wanted" >&2
  exit 1
fi
mv "$work/packed" "$out"
chmod 644 "$out"
echo "$out: $size bytes, sha256 $(sha256sum "$out" | cut -d' ' -f1)"
