package bench

import (
	"time"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// peakTime is what one look at the peak takes of a round.
const peakTime = 10 * time.Millisecond

// peak is the FLOP/s that some cores reach together; 0 where it isn't known.
func peak(threads int) float64 {
	seconds, _ := together(threads, func(int) (float64, error) { return 1 / kernel.Peak(peakTime), nil })
	return 1 / seconds
}
