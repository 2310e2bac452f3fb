//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

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
