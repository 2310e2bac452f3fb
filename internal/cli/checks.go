package cli

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"github.com/dustin/go-humanize"

	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// machineChecks look at the processor, the memory and the Go installation.
func (a *app) machineChecks(ctx context.Context) []check {
	return []check{processorCheck(), a.memoryCheck(), goRootCheck(ctx)}
}

func processorCheck() check {
	const name = "processor"
	found := fmt.Sprintf("%s, %d cores, kernels %s", processor(), runtime.GOMAXPROCS(0), kernel.Path())
	if kernel.Path() == "portable" {
		return doubt(name, "the same numbers come out, but training is about 100 times as fast on a processor with AVX2 and FMA", "%s", found)
	}
	return good(name, "%s", found)
}

func (a *app) memoryCheck() check {
	const name = "memory"
	machine := machineMemory()
	if int64(a.flags.memory) > machine {
		return doubt(name, "set --memory below that", "%s allowed, and the machine has %s", a.flags.memory.String(), humanize.IBytes(uint64(machine)))
	}
	return good(name, "%s of %s", a.flags.memory.String(), humanize.IBytes(uint64(machine)))
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
	if a.flags.connect {
		return []check{a.writeCheck()}
	}
	return []check{a.writeCheck(), a.diskCheck()}
}

func (a *app) writeCheck() check {
	const name = "data folder"
	if err := os.MkdirAll(a.flags.dataDir, 0o700); err != nil {
		return bad(name, "name another with --data-dir", err)
	}
	f, err := os.CreateTemp(a.flags.dataDir, "doctor-*")
	if err != nil {
		return bad(name, "name another with --data-dir, or allow writing there", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := f.Close(); err != nil {
		return bad(name, "free space on its disk", err)
	}
	return good(name, "%s can be written", a.flags.dataDir)
}

// littleSpace is where a study of the size of quick begins to be in danger.
const littleSpace = 1 << 30

func (a *app) diskCheck() check {
	const name = "disk"
	free, err := a.capacity()
	if err != nil {
		return bad(name, "name another folder with --data-dir", err)
	}
	if free < littleSpace {
		return doubt(name, "free space, or name another folder with --data-dir", "%s free", humanize.IBytes(uint64(free)))
	}
	return good(name, "%s free", humanize.IBytes(uint64(free)))
}
