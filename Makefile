# make study   builds bin/ziplaw and runs the quick study
# make test    all tests, the integration tests on the embedded servers included
# make help    everything else

export CGO_ENABLED = 0
# Tags of modules that the program links: they leave out what it never calls (docs/adr/0004-build-tags.md).
TAGS = release,disable_grpc_modules
# for build, tests and lint alike: what one compiles, the others find in the cache
export GOFLAGS := -trimpath -tags=$(TAGS) $(GOFLAGS)

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS   = -s -w -X github.com/ziplaw/ziplaw/internal/cli/console.version=$(VERSION) -X github.com/ziplaw/ziplaw/internal/cli/console.revision=$(REVISION)
GOTEST   ?= go test
TOOLS     = $(shell infra/tools/build.sh --dir)

# tags of programs and tests that link CUDA's driver
CUDA_TAGS = cuda,$(TAGS)

.PHONY: study build worker cuda test test-pilot test-cuda test-kernels test-emulated ptx gpu-verify test-real test-noasm test-v3 test-arm64 vet-macos race race-light chaos coverage external tools lint generate help clean bench

study: building = then the quick study runs, about 2 minutes on 2 cores
study: build ## run the quick study (2 minutes on 2 cores); state and report in .ziplaw
	bin/ziplaw run studies/quick.yaml

build: ## build bin/ziplaw
	@echo "building bin/ziplaw (the first build compiles the Temporal server: 4 to 7 minutes on 2 cores$(if $(building),; $(building)))"
	@go build -ldflags '$(LDFLAGS)' -o bin/ziplaw ./cmd/ziplaw

worker: ## build bin/ziplaw-worker, which is ziplaw worker --connect without the servers, in 40 MB
	go build -ldflags '$(LDFLAGS)' -o bin/ziplaw-worker ./cmd/ziplaw-worker

# packages whose tests run at once: one more than processors, since tests of servers wait more than they compute
AT_ONCE = $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 1)))

test: ## all tests but test-pilot, test-cuda, and those that need other people's binaries
	$(GOTEST) -timeout 20m -p $(AT_ONCE) -skip '^TestPilot$$' ./...

test-pilot: ## train two models as the paper's author did, beside the published runs (two minutes; needs the folder ZIPLAW_PILOT_DATA)
	$(GOTEST) -timeout 10m -run '^TestPilot$$' ./internal/llama

cuda: ## build bin/ziplaw-cuda, which trains on CUDA devices (needs a C compiler, and python3 with pip for NVIDIA's headers)
	@gpu/tools/build.sh -ldflags '$(LDFLAGS)'

test-cuda: ptx test-kernels test-emulated ## tests of kernels and of studies on CUDA devices, on an emulated driver (needs g++ and clang-19)

test-kernels: # and of everything that links CUDA's driver
	eval "$$(gpu/tools/env.sh --test)" && GOFLAGS='-trimpath -tags=$(CUDA_TAGS)' $(GOTEST) -timeout 20m ./gpu/...

test-emulated: cuda
	driver=$$(gpu/emul/dir.sh) && ZIPLAW_EMULATED_DRIVER=$$driver ZIPLAW_CUDA=$(CURDIR)/bin/ziplaw-cuda \
	  $(GOTEST) -timeout 20m -count=1 -tags emulated,$(TAGS) -run '^TestEmulated' ./cmd/ziplaw

ptx: ## look whether the kernels' PTX is that of their source, and assemble it for all devices
	gpu/kernels/build.sh --check
	gpu/kernels/ptxas.sh "$$(gpu/tools/ptxas.sh)"

gpu-verify: cuda ## build the bundle that verifies a machine with a GPU, and run it on the emulated driver
	gpu/verify/bundle.sh
	gpu/verify/emulated.sh

test-real: tools ## tests against MinIO, temporal and tctl
	ZIPLAW_REQUIRE_TOOLS=1 $(GOTEST) -timeout 30m -count=1 -tags real,$(TAGS) -run '^TestReal' ./...

# packages whose tests don't link the embedded servers
LIGHT = $(shell go list ./... | while read -r p; do go list -test -deps $$p | grep -qx go.temporal.io/server/temporal || echo $$p; done)

# zlib comes as C in the form of Go, whose pointers may pass ends of memory
RACE = -race -gcflags=all=-d=checkptr=0

race: ## all tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GOTEST) $(RACE) -timeout 40m ./...

race-light: ## those that don't link the embedded servers
	CGO_ENABLED=1 $(GOTEST) $(RACE) -timeout 20m $(LIGHT)

KILLS ?= 60
SEED  ?= 1
chaos: ## a study under KILLS=60 kills, suspensions, faults of the store, a full disk and damage, by SEED=1 (needs root)
	ZIPLAW_CHAOS_KILLS=$(KILLS) ZIPLAW_CHAOS_SEED=$(SEED) go test -timeout 60m -count=1 -tags real,$(TAGS) -run '^TestRealChaos$$' -v ./cmd/ziplaw

SIMULATIONS ?= 1000
coverage: ## how often intervals hold the truth, on SIMULATIONS=1000 simulated tables of three designs, and of joint laws (an hour; needs ZIPLAW_EXTERNAL_DATA)
	for d in epoch 6x6 4x4; do \
	  go test -timeout 4h -count=1 -tags coverage,$(TAGS) -run '^TestCoverage$$' -v ./analysis/scaling -args -simulations $(SIMULATIONS) -design $$d || exit 1; done
	go test -timeout 4h -count=1 -tags coverage,$(TAGS) -run '^TestJointCoverage$$' -v ./analysis/regression -args -simulations 200

external: ## fits of public tables against published ones (needs the folder ZIPLAW_EXTERNAL_DATA: analysis/scaling/external_test.go)
	go test -timeout 30m -count=1 -tags external,$(TAGS) -run '^TestExternal' -v ./analysis/scaling

# packages whose bits may not depend on the processor, and their tests of whole runs
BITS = ./internal/kernel ./internal/llama

test-noasm: ## kernels and training without assembly; the runs of the paper's author are left to make test
	$(GOTEST) -timeout 10m -tags noasm,$(TAGS) -skip Pilot $(BITS)

test-v3: ## kernels and training compiled for processors with AVX2
	GOAMD64=v3 $(GOTEST) -timeout 10m -skip Pilot $(BITS)

test-arm64: ## kernels, and training of tiny models, on an emulated arm64 (needs qemu-user)
	GOARCH=arm64 $(GOTEST) -timeout 20m -exec qemu-aarch64 -run 'Test(Every|Split|Short|Golden|Paths|Training|Reductions|ExpAll|CPU|Bits)' $(BITS)

vet-macos: ## whether all that doesn't link the embedded servers compiles for macOS on arm64
	GOOS=darwin GOARCH=arm64 go vet $(LIGHT)

bench: building = then it is measured
bench: build ## how fast ziplaw is on this machine, beside numpy, PyTorch and others where they are installed (docs/bench.md)
	bin/ziplaw bench

tools: ## build MinIO, temporal and tctl once, cached by version
	@infra/tools/build.sh temporal tctl minio

lint: ## gofmt, vet, import direction, determinism of workflows, known vulnerabilities, generated files, fused operations
	@infra/tools/build.sh golangci-lint workflowcheck
	$(TOOLS)/golangci-lint run
	$(TOOLS)/workflowcheck -config .workflowcheck.yaml ./workflows/...
	TAGS=$(TAGS) infra/tools/vulnerable.sh
	internal/kernel/gen/check.sh
	internal/kernel/gen/unfused.sh . ./internal/kernel ./internal/llama ./internal/random ./internal/pcfg ./internal/corpus ./internal/dataset ./internal/actions

generate: ## make the generated files again
	go generate ./...

clean: ## remove the binary; studies in .ziplaw stay
	rm -rf bin

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
