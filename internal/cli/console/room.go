package console

import (
	"context"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
)

// LeastRoom is the free space below which the servers of a data folder are about to fail: Temporal's log of writes alone grows
// by megabytes.
const LeastRoom = 16 << 20

// noRoom says that the disk of a data folder is full; empty where it isn't, or where nobody knows.
func noRoom(dir string, free func(string) (int64, error)) string {
	left, err := free(dir)
	if err != nil || left >= LeastRoom {
		return ""
	}
	return fmt.Sprintf("the disk of %s is full (%s left): studies wait; make room, and they go on by themselves", dir, humanize.IBytes(uint64(left)))
}

// watchRoom says when the disk of a data folder is full, and when it has room again, until ctx ends.
func watchRoom(ctx context.Context, every time.Duration, noRoom func() string, note func(format string, args ...any)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for full := false; ; {
		text := noRoom()
		switch {
		case text != "" && !full:
			note("%s", text)
		case text == "" && full:
			note("there is room on the disk again")
		}
		full = text != ""
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
