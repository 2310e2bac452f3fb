package console

import (
	"strings"
	"time"
)

// StillSaving is how often a command that stops says what it waits for.
const StillSaving = 5 * time.Second

// stopping is a worker that is stopped.
type stopping interface {
	Stop()
	Training() []string
}

// StopWorker stops a worker, and says from time to time whose checkpoints it waits for.
func StopWorker(w stopping, every time.Duration, note func(format string, args ...any)) {
	done := make(chan struct{})
	go func() {
		w.Stop()
		close(done)
	}()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			if cells := w.Training(); len(cells) > 0 {
				note("waiting until a checkpoint is safe of %s; interrupt again to stop at once", some(cells))
			}
		}
	}
}

// mostNamed is how many things a line names.
const mostNamed = 4

func some(names []string) string {
	if len(names) > mostNamed {
		names = append(names[:mostNamed:mostNamed], "others")
	}
	return strings.Join(names, ", ")
}
