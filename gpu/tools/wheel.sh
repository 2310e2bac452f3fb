#!/usr/bin/env bash
# Gets files out of a wheel of the Python package index, once per version, and checks its digest.
# usage: wheel.sh PACKAGE VERSION SHA256 FOLDER-OR-FILE
# Prints the folder that FOLDER-OR-FILE of the wheel lies in. Needs python3 with pip, which it runs as an ordinary client.
set -euo pipefail
tools=${ZIPLAW_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/ziplaw/tools}
package=$1 version=$2 digest=$3 wanted=$4
out=$tools/$package-$version

if [ ! -e "$out/$wanted" ]; then
  python3 -m pip --version >/dev/null 2>&1 || {
    echo "wheel.sh: python3 with pip is needed for $package (on Debian and Ubuntu: apt install python3-pip)" >&2
    exit 1
  }
  echo "getting $package $version (once)" >&2
  new=$out.new.$$
  trap 'rm -rf "$new"' EXIT
  mkdir -p "$new"
  echo "$package==$version --hash=sha256:$digest" >"$new/requirements.txt"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --platform manylinux2014_x86_64 \
    --platform manylinux2010_x86_64 --require-hashes --dest "$new" --requirement "$new/requirements.txt" >&2
  python3 - "$new"/*.whl "$new" "$wanted" <<'PYTHON'
import sys, zipfile
wheel, folder, wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name == wanted or name.startswith(wanted + "/") or name.endswith("License.txt"):
            archive.extract(name, folder)
PYTHON
  rm -f "$new"/*.whl "$new/requirements.txt"
  mv -T "$new" "$out" 2>/dev/null || [ -e "$out" ] # a kill leaves no half folder; another process may have been quicker
  rm -rf "$new"
fi
echo "$out"
