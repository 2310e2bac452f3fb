package study

import (
	"sync"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// filesProgress says from time to time how far the reading of files is, where it takes long.
func (a *app) filesProgress() dataset.Progress {
	var mu sync.Mutex
	said := time.Now()
	return func(set, what string, read, of int64) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(said) < console.ProgressEvery {
			return
		}
		said = time.Now()
		a.Progress("%s: %s: %s of %s", set, what, humanize.Bytes(uint64(read)), humanize.Bytes(uint64(of)))
	}
}
