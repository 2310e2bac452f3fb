//go:build !noasm

package kernel

//go:generate sh -c "cd gen && go run ./peak -out ../peak_amd64.s -stubs ../peak_stubs_amd64.go -pkg kernel"

// peakOf is the loop of a way to compute.
func peakOf(path string) peakLoop {
	switch path {
	case "avx512":
		return peakLoop{peakAVX512, 24 * 16 * 2}
	case "avx2":
		return peakLoop{peakAVX2, 12 * 8 * 2}
	}
	return peakLoop{}
}
