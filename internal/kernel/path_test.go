package kernel

import (
	"runtime"
	"testing"

	"golang.org/x/sys/cpu"
)

// onEveryPath runs f with each path of this processor as the current one, the plain one first.
func onEveryPath(f func(p path)) {
	defer func(p path) { current = p }(current)
	for _, p := range paths() {
		current = p
		f(p)
	}
}

// sameOnEveryPath holds what a function leaves in the slices that it is given to the bits of the plain path.
func sameOnEveryPath(t *testing.T, what string, x [][]float32, run func(p path, x [][]float32)) {
	t.Helper()
	want := copies(x)
	run(portable, want)
	onEveryPath(func(p path) {
		got := copies(x)
		run(p, got)
		for i := range got {
			if j, ok := bitsEqual(got[i], want[i]); !ok {
				t.Fatalf("%s: %s: element %d of slice %d is %v, want %v", p.name, what, j, i, got[i][j], want[i][j])
			}
		}
	})
}

func copies(x [][]float32) [][]float32 {
	y := make([][]float32, len(x))
	for i := range x {
		y[i] = append([]float32{}, x[i]...)
	}
	return y
}

// TestPathsOfThisProcessor fails where the processor has vector units that no path, and so no test, takes.
func TestPathsOfThisProcessor(t *testing.T) {
	taken := map[string]bool{}
	onEveryPath(func(p path) { taken[Path()] = true })
	avx2 := cpu.X86.HasAVX2 && cpu.X86.HasFMA
	for _, v := range []struct {
		name string
		has  bool
	}{{"portable", true}, {"avx2", avx2}, {"avx512", avx2 && cpu.X86.HasAVX512F}, {"neon", runtime.GOARCH == "arm64"}} {
		switch {
		case !v.has:
			t.Logf("%s is not tested: this processor lacks it", v.name)
		case v.name != "portable" && !assembly:
			t.Logf("%s is not tested: this build has no assembly", v.name)
		case !taken[v.name]:
			t.Errorf("%s is not tested, though this processor has it", v.name)
		}
	}
	t.Logf("tested: %v, taken: %s", taken, Path())
}
