package actions

import (
	"testing"

	"github.com/ziplaw/ziplaw"
)

// TestWarmupSteps names steps in a key only where floats would give others.
func TestWarmupSteps(t *testing.T) {
	for _, test := range []struct {
		share           float64
		documents, want int
	}{{0.05, 256, 0}, {0.07, 200, 7}, {0.07, 199, 7}, {0.07, 256, 0}, {0, 200, 0}, {1, 200, 0}} {
		if got := warmupSteps(ziplaw.Recipe{Batch: 2, Warmup: test.share}, test.documents); got != test.want {
			t.Errorf("%g of %d documents: %d, want %d", test.share, test.documents, got, test.want)
		}
	}
}
