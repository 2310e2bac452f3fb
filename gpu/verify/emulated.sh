#!/usr/bin/env bash
# Unpacks the bundle somewhere else and runs it to its end on the emulated driver. Fails unless every part passed.
# usage: emulated.sh [BUNDLE]   (bin/ziplaw-gpu-verify.tar.gz)
set -euo pipefail
cd "$(dirname "$0")/../.."
bundle=$(realpath "${1:-bin/ziplaw-gpu-verify.tar.gz}")
driver=$(gpu/emul/dir.sh)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar --extract --gzip --file "$bundle" --directory "$work"
cd "$work/ziplaw-gpu-verify"

# nothing of this machine's Go, and nothing of the repository
env -i HOME="$work" PATH=/usr/bin:/bin LD_LIBRARY_PATH="$driver" ./verify.sh --small

python3 - results <<'PYTHON'
import json, sys
result = json.load(open(sys.argv[1] + "/result.json"))
others = [p["name"] for p in result["parts"] if p["state"] != "passed"]
if result["state"] != "passed" or not result["complete"] or not result["small"] or others:
    sys.exit(f"emulated.sh: the run is {result['state']}, complete: {result['complete']}, not passed: {others}")
if len(result["parts"]) != 26 or not result["device"]:
    sys.exit(f"emulated.sh: {len(result['parts'])} parts on {result['device']!r}")
for p in result["parts"]:
    figures = {f["name"] for f in p["figures"]}
    if p["name"].startswith("throughput-") and "tokens_per_second" not in figures:
        sys.exit(f"emulated.sh: {p['name']} has no tokens_per_second")
    if not p["checks"] and not figures:
        sys.exit(f"emulated.sh: {p['name']} has found nothing")
page = open(sys.argv[1] + "/result.html").read()
missing = [p["title"] for p in result["parts"] if p["title"] not in page]
if missing:
    sys.exit(f"emulated.sh: the page lacks {missing}")
PYTHON
