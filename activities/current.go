package activities

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// remembered is how long an answer of currentRecords holds: many cells of a data set ask for one record at a time, and what a repair
// takes away is soon known.
const remembered = 200 * time.Millisecond

// currentRecords knows which records are the results of their actions.
type currentRecords struct {
	mu    sync.Mutex
	known map[ziplaw.ArtifactID]time.Time // when they were
}

// forget forgets all answers.
func (c *currentRecords) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = nil
}

// of says whether a record can be read, and stands under its action's key.
func (c *currentRecords) of(ctx context.Context, st *store.Store, id ziplaw.ArtifactID) (bool, error) {
	c.mu.Lock()
	at, known := c.known[id]
	c.mu.Unlock()
	if known && time.Since(at) < remembered {
		return true, nil
	}
	b, err := st.Get(ctx, id)
	if _, bad := errors.AsType[*store.ArtifactError](err); bad {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var rec ziplaw.Record
	if json.Unmarshal(b, &rec) != nil {
		return false, nil //nolint:nilerr // no record
	}
	entry, found, err := st.Entry(ctx, rec.Key)
	if _, unreadable := errors.AsType[*store.EntryError](err); unreadable {
		return false, nil
	}
	if err != nil || !found || entry.Record != id {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) > 10_000 {
		c.known = map[ziplaw.ArtifactID]time.Time{}
	}
	c.known[id] = time.Now()
	return true, nil
}
