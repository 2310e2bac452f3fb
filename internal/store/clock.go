package store

import (
	"errors"
	"net/http"
	"sync"
	"time"
)

// clock tells the server's time: that of its last answer, and what has passed since. No clock of this machine counts.
type clock struct {
	next http.RoundTripper

	mu     sync.Mutex
	server time.Time // of the last answer that said it
	at     time.Time // when it came, for its monotonic part
}

// RoundTrip sends a request and notes what time its answer says it is.
func (c *clock) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return answer, err
	}
	if said, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.server, c.at = said, time.Now()
	}
	return answer, nil
}

// now is the server's time within a second, and never after it; false where the server doesn't say.
func (c *clock) now() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server.IsZero() {
		return time.Time{}, false
	}
	return c.server.Add(time.Since(c.at)), true
}

// since is how old an object is by the server's clock. Where that isn't known it is as old as can be.
func (c *clock) since(modified time.Time) time.Duration {
	now, known := c.now()
	if !known || modified.IsZero() {
		return 1<<63 - 1
	}
	return now.Sub(modified)
}

// errNoClock says that ages of objects can't be known.
var errNoClock = errors.New("the server doesn't say what time it is")

// Now is the server's time, as its last answer said it.
func (s *Store) Now() (time.Time, error) {
	now, known := s.clock.now()
	if !known {
		return now, fail("ask the time of", "bucket "+s.bucket, errNoClock)
	}
	return now, nil
}
