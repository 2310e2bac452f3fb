//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

var avx2 = path{
	name: "avx2", run: runAVX2,
	sum: sumAVX2, dot: dotAVX2, max: maxAVX2, exp: expAVX2, scale: scaleAVX2,
}

var avx512 = path{
	name: "avx512", run: runAVX512,
	sum: sumAVX512, dot: dotAVX512, max: maxAVX512, exp: expAVX512, scale: scaleAVX512,
}

// paths are the ways that this processor can take, the fastest last.
func paths() []path {
	all := []path{portable}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all = append(all, avx2)
		if cpu.X86.HasAVX512F {
			all = append(all, avx512)
		}
	}
	return all
}
