package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// machineChecks look at the processor, the memory and the Go installation.
func (a *app) machineChecks(ctx context.Context) []check {
	return []check{processorCheck(), a.memoryCheck(), goRootCheck(ctx)}
}

func processorCheck() check {
	const name = "processor"
	found := fmt.Sprintf("%s, %d cores, kernels %s", console.Processor(), runtime.GOMAXPROCS(0), kernel.Path())
	if kernel.Path() == "portable" {
		return doubt(name, "the same numbers come out, but training is about 100 times as fast on a processor with AVX2 and FMA", "%s", found)
	}
	return good(name, "%s", found)
}

func (a *app) memoryCheck() check {
	const name = "memory"
	machine := console.MachineMemory()
	if int64(a.Flags.Memory) > machine {
		return doubt(name, "set --memory below that", "%s allowed, and the machine has %s", a.Flags.Memory.String(), humanize.IBytes(uint64(machine)))
	}
	return good(name, "%s of %s", a.Flags.Memory.String(), humanize.IBytes(uint64(machine)))
}

// goRootCheck looks for the Go installation, whose source and test data the quick study reads.
func goRootCheck(ctx context.Context) check {
	const name = "Go installation"
	opticks, err := corpus.Open(ctx, corpus.Options{
		Include: []string{"${GOROOT}/src/testdata/Isaac.Newton-Opticks.txt"}, Tokenizer: corpus.Bytes, Context: 256,
	})
	if err != nil {
		return doubt(name, "the quick study reads ${GOROOT}/src: install Go, or set GOROOT", "%v", err)
	}
	return good(name, "its source and test data are there (%s of English)", humanize.IBytes(uint64(opticks.Summary().Bytes)))
}

// folderChecks look at the data folder. With other servers it holds reports and logs only.
func (a *app) folderChecks() []check {
	if a.Flags.Connect {
		return []check{a.writeCheck()}
	}
	return []check{a.writeCheck(), a.diskCheck()}
}

func (a *app) writeCheck() check {
	const name = "data folder"
	if err := os.MkdirAll(a.Flags.DataDir, 0o700); err != nil {
		return bad(name, "name another with --data-dir", err)
	}
	f, err := os.CreateTemp(a.Flags.DataDir, "doctor-*")
	if err != nil {
		return bad(name, "name another with --data-dir, or allow writing there", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := f.Close(); err != nil {
		return bad(name, "free space on its disk", err)
	}
	return good(name, "%s can be written", a.Flags.DataDir)
}

// littleSpace is where a study of the size of quick begins to be in danger.
const littleSpace = 1 << 30

func (a *app) diskCheck() check {
	const name = "disk"
	free, err := a.Capacity()
	if err != nil {
		return bad(name, "name another folder with --data-dir", err)
	}
	if free < littleSpace {
		return doubt(name, "free space, or name another folder with --data-dir", "%s free", humanize.IBytes(uint64(free)))
	}
	return good(name, "%s free", humanize.IBytes(uint64(free)))
}

// deviceCheck is a line of ziplaw doctor. A machine without a device is none the worse.
func deviceCheck(ctx context.Context) check {
	const name = "CUDA devices"
	program, devices, err := CUDADevices(ctx)
	if err != nil {
		e, ok := errors.AsType[*ziplaw.Error](err)
		if !ok {
			return bad(name, "", err)
		}
		if program == "" && !hasDriver() && !hasDeviceFiles() {
			return good(name, "none here, and no %s: cells train on the processor", CUDAProgram)
		}
		return doubt(name, e.Hint, "%s", e.Message)
	}
	var names []string
	for _, d := range devices {
		names = append(names, d.Name)
	}
	return good(name, "%s (driver %s, %s)", strings.Join(names, ", "), devices[0].Driver, program)
}
