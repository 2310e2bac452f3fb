package bench

import (
	"context"
	"time"
)

// scaled is a side that does a part of the work, and takes as many times as long for all of it.
type scaled struct {
	Side
	times float64
}

// Round is the part's time, scaled.
func (s scaled) Round(ctx context.Context, d time.Duration) (float64, error) {
	seconds, err := s.Side.Round(ctx, d)
	return s.times * seconds, err
}
