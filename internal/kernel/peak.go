package kernel

import "time"

// peakLoop does nothing but float32 operations, so many in each iteration.
type peakLoop struct {
	run   func(iterations uintptr)
	flops float64
}

// peakIterations take some tens of microseconds, so that looking at the clock is nothing beside them.
const peakIterations = 20000

// Peak measures for some time how many float32 operations a second the core of the calling goroutine can do at most, by
// Path: fused multiply-adds count as two. It is 0 for the portable path, where nobody knows. Goroutines on several cores
// may measure at once.
func Peak(d time.Duration) float64 {
	loop := peakOf(Path())
	if loop.run == nil {
		return 0
	}
	var most float64
	for began := time.Now(); ; {
		from := time.Now()
		loop.run(peakIterations)
		most = max(most, peakIterations*loop.flops/time.Since(from).Seconds())
		if time.Since(began) >= d {
			return most
		}
	}
}
