#!/bin/sh
# Assembles kernels.ptx with a ptxas of NVIDIA's for the chips that it knows, and prints the registers, shared memory and
# spills of each kernel. A spill, or an error, fails.
#
#   ptxas.sh PTXAS
set -eu
[ $# = 1 ] || { echo "usage: ptxas.sh PTXAS" >&2; exit 2; }
ptxas=$1
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
known=$("$ptxas" --help)
for arch in sm_80 sm_90 sm_100; do
	case "$known" in
	*"$arch"*) ;;
	*)
		echo "$arch: unknown to this ptxas"
		continue
		;;
	esac
	"$ptxas" -v -O3 -arch="$arch" kernels.ptx -o "$out/kernels.cubin" 2>"$out/log" || {
		cat "$out/log" >&2
		exit 1
	}
	awk -v arch="$arch" '
		/Function properties for/ { name = $NF }
		/bytes spill stores/ { sub(/^ */, ""); spill = $0; split($0, part, ", "); spilled += part[2] + part[3] }
		/Used [0-9]+ registers/ { sub(/^.*Used /, ""); sub(/, used.*barriers/, ""); sub(/, [0-9]+ bytes cmem.*/, ""); printf "%s %-22s %s, %s\n", arch, name, $0, spill }
		END { if (spilled) { print arch ": " spilled " bytes are spilled"; exit 1 } }
	' "$out/log"
done
