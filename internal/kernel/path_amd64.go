//go:build !noasm

package kernel

import (
	"github.com/klauspost/cpuid/v2"
	"golang.org/x/sys/cpu"
)

var avx2 = path{
	name: "avx2", tiles: tilesAVX2, transpose: transposeVector,
	sum: sumAVX2, dot: dotAVX2, max: maxAVX2, scale: scaleAVX2, add: addAVX2,
	expLanes: expLanesAVX2, softmax: softmaxAVX2, scoreWeights: scoreWeightsAVX2, scoreGradients: scoreGradientsAVX2, dots: dotsAVX2, scaleRow: scaleRowAVX2,
	norms: normsAVX2, normGradients: normGradientsAVX2, weightGradient: weightGradientAVX2, turns: turnsAVX2, gates: gatesAVX2,
	gateGradients: gateGradientsAVX2, adamw: adamwAVX2,
}

var avx512 = path{
	name: "avx512", tiles: tilesAVX512, transpose: transposeVector,
	sum: sumAVX512, dot: dotAVX512, max: maxAVX512, scale: scaleAVX512, add: addAVX512,
	expLanes: expLanesAVX512, softmax: softmaxAVX512, scoreWeights: scoreWeightsAVX512, scoreGradients: scoreGradientsAVX512, dots: dotsAVX512, scaleRow: scaleRowAVX512,
	norms: normsAVX512, normGradients: normGradientsAVX512, weightGradient: weightGradientAVX512, turns: turnsAVX512, gates: gatesAVX512,
	gateGradients: gateGradientsAVX512, adamw: adamwAVX512,
}

var avx512InHalves = withTiles(avx512, tilesAVX512InHalves)

// inHalves tells whether this processor takes a vector of AVX-512 in two halves, as AMD's Zen 4 does. Of its family, 19h, Zen 3 has no
// AVX-512, and Zen 5 is of another one.
func inHalves() bool { return cpuid.CPU.VendorID == cpuid.AMD && cpuid.CPU.Family == 0x19 }

// paths are the ways that this processor can take, the fastest last.
func paths() []path {
	switch avx2Here := cpu.X86.HasAVX2 && cpu.X86.HasFMA; {
	case !avx2Here:
		return []path{portable}
	case !cpu.X86.HasAVX512F:
		return []path{portable, avx2}
	case inHalves():
		return []path{portable, avx2, avx512, avx512InHalves}
	default:
		return []path{portable, avx2, avx512InHalves, avx512}
	}
}
