package console

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// saving takes a time to stop, and has cells left.
type saving struct {
	takes time.Duration
	cells []string
}

func (s saving) Stop()              { time.Sleep(s.takes) }
func (s saving) Training() []string { return s.cells }

func TestStoppingSaysWhatIsLeft(t *testing.T) {
	for _, c := range []struct {
		worker saving
		want   string
	}{
		{saving{time.Second, []string{"s/d/h4-l1/D1/s1"}}, ""},
		{saving{12 * time.Second, []string{"a", "b"}}, "waiting until a checkpoint is safe of a, b; interrupt again to stop at once\n" +
			"waiting until a checkpoint is safe of a, b; interrupt again to stop at once\n"},
		{saving{7 * time.Second, []string{"a", "b", "c", "d", "e", "f"}}, "waiting until a checkpoint is safe of a, b, c, d, others; interrupt again to stop at once\n"},
		{saving{time.Minute, nil}, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var said strings.Builder
			start := time.Now()
			StopWorker(c.worker, StillSaving, func(format string, args ...any) { fmt.Fprintf(&said, format+"\n", args...) })
			if said.String() != c.want || time.Since(start) != c.worker.takes {
				t.Errorf("after %v: %q, want %q", time.Since(start), said.String(), c.want)
			}
		})
	}
}
