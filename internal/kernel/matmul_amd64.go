//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

//go:generate sh -c "cd gen && go run . -out ../matmul_amd64.s -stubs ../matmul_stubs_amd64.go -pkg kernel"

func choose() path {
	all := paths()
	return all[len(all)-1]
}

// paths are the ways that this processor can take, the fastest last.
func paths() []path {
	all := []path{portable}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all = append(all, path{name: "avx2", run: runAVX2})
	}
	if cpu.X86.HasAVX512F {
		all = append(all, path{name: "avx512", run: runAVX512})
	}
	return all
}

const float = 4 // bytes

// runAVX512 covers C with blocks of 8 rows by 32 columns; what is left over takes narrower and lower blocks.
func runAVX512(p *product) {
	for j := 0; j < p.n; j += 32 {
		columns := min(32, p.n-j)
		mask := uint64(1)<<columns - 1
		high, low := blockavx512r8v2, blockavx512r1v2
		if columns <= 16 {
			high, low = blockavx512r8v1, blockavx512r1v1
		}
		i := 0
		for ; i+8 <= p.m; i += 8 {
			high(uintptr(p.k), &p.a[i*p.aRow], uintptr(p.aRow*float), uintptr(p.aCol*float), &p.b[j], uintptr(p.ldb*float),
				&p.c[i*p.ldc+j], uintptr(p.ldc*float), mask, p.load)
		}
		for ; i < p.m; i++ {
			low(uintptr(p.k), &p.a[i*p.aRow], uintptr(p.aRow*float), uintptr(p.aCol*float), &p.b[j], uintptr(p.ldb*float),
				&p.c[i*p.ldc+j], uintptr(p.ldc*float), mask, p.load)
		}
	}
}

// masksAVX2 holds 16 words of ones and 16 of zeros: the masks of n columns start at masksAVX2[16-n].
var masksAVX2 = [32]int32{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}

// runAVX2 covers C with blocks of 4 rows by 16 columns.
func runAVX2(p *product) {
	for j := 0; j < p.n; j += 16 {
		columns := min(16, p.n-j)
		mask := &masksAVX2[16-columns]
		high, low := blockavx2r4v2, blockavx2r1v2
		if columns <= 8 {
			high, low = blockavx2r4v1, blockavx2r1v1
		}
		i := 0
		for ; i+4 <= p.m; i += 4 {
			high(uintptr(p.k), &p.a[i*p.aRow], uintptr(p.aRow*float), uintptr(p.aCol*float), &p.b[j], uintptr(p.ldb*float),
				&p.c[i*p.ldc+j], uintptr(p.ldc*float), mask, p.load)
		}
		for ; i < p.m; i++ {
			low(uintptr(p.k), &p.a[i*p.aRow], uintptr(p.aRow*float), uintptr(p.aCol*float), &p.b[j], uintptr(p.ldb*float),
				&p.c[i*p.ldc+j], uintptr(p.ldc*float), mask, p.load)
		}
	}
}
