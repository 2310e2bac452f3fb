//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

// paths are the ways that this processor can take, the fastest last.
func paths() []path {
	all := []path{portable}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all = append(all, path{name: "avx2", run: runAVX2})
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all = append(all, path{name: "avx512", run: runAVX512})
	}
	return all
}
