package kernel

import (
	"testing"
	"time"
)

// TestPeak is between a number of operations that any processor with vector units does, and one that none does.
func TestPeak(t *testing.T) {
	onEveryPath(func(p path) {
		got := Peak(5 * time.Millisecond)
		t.Logf("%s: %.3g FLOP/s", p.name, got)
		if p.name == "portable" {
			if got != 0 {
				t.Errorf("portable: %g FLOP/s, though nobody knows", got)
			}
			return
		}
		if got < 1e8 || got > 1e12 {
			t.Errorf("%s: %g FLOP/s", p.name, got)
		}
	})
}
