#!/usr/bin/env bash
# Builds bin/ziplaw-cuda, the program with the GPU's backend. Needs a C compiler, and python3 with pip for NVIDIA's headers.
# usage: build.sh [GO-BUILD-FLAGS...]
# It needs no GPU and no driver; what it builds does not start without a driver.
set -euo pipefail
cd "$(dirname "$0")/../.."
eval "$(gpu/tools/env.sh)"
tags=release,disable_grpc_modules # the tags of the Makefile
exec go build -trimpath -tags "cuda,$tags" "$@" -o bin/ziplaw-cuda ./cmd/ziplaw-cuda
