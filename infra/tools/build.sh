#!/usr/bin/env bash
# Builds the programs of other projects that the tests drive, from Go modules, once per version.
# usage: build.sh NAME...   (temporal tctl minio golangci-lint workflowcheck govulncheck)
# Prints nothing but progress on stderr; the binaries lie in $(build.sh --dir).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${ZIPLAW_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/ziplaw/tools}

temporal_version=v1.5.1
tctl_version=v1.18.0
minio_version=v0.0.0-20260212201848-7aac2a2c5b7c
golangci_version=v2.15.0
workflowcheck_version=v0.6.0
govulncheck_version=v1.9.0

export GOFLAGS=-trimpath # the product's build tags are its own affair

build() { # build NAME VERSION COMMAND...: COMMAND leaves the binary NAME in $GOBIN
  local name=$1 version=$2
  shift 2
  local out=$tools/$name-$version
  if [ ! -x "$out" ]; then
    echo "building $name $version (once)" >&2
    GOBIN=$(mktemp -d) && export GOBIN
    CGO_ENABLED=0 "$@" >&2
    mkdir -p "$tools"
    mv "$GOBIN/$name" "$out.new.$$" && mv "$out.new.$$" "$out" # a kill leaves no half binary
    rmdir "$GOBIN"
  fi
  ln -sfn "$out" "$tools/$name"
}

tctl() { (cd "$here/tctl" && go build -ldflags "-s -w" -o "$GOBIN/tctl" github.com/temporalio/tctl/cmd/tctl); }

[ "${1:-}" = --dir ] && { echo "$tools"; exit; }
for name in "$@"; do
  case $name in
    temporal) build temporal $temporal_version go install -ldflags "-s -w" github.com/temporalio/cli/cmd/temporal@$temporal_version ;;
    tctl) build tctl $tctl_version tctl ;;
    minio) build minio $minio_version go install -ldflags "-s -w" github.com/minio/minio@$minio_version ;;
    golangci-lint) build golangci-lint $golangci_version go install -ldflags "-s -w" github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$golangci_version ;;
    workflowcheck) build workflowcheck $workflowcheck_version go install -ldflags "-s -w" go.temporal.io/sdk/contrib/tools/workflowcheck@$workflowcheck_version ;;
    govulncheck) build govulncheck $govulncheck_version go install -ldflags "-s -w" golang.org/x/vuln/cmd/govulncheck@$govulncheck_version ;;
    *) echo "build.sh: unknown tool $name (temporal tctl minio golangci-lint workflowcheck govulncheck)" >&2; exit 2 ;;
  esac
done
