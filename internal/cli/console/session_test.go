package console

import (
	"context"
	"errors"
	"testing"

	"github.com/ziplaw/ziplaw/infra"
)

// owned are servers of this process.
type owned struct{ Servers }

func (owned) Owned() bool { return true }

// TestServersThatGoWhileWeJoin: a run that finds another process's servers and can't reach them any more takes over, whatever
// the first error was. An error of our own servers, or after an interrupt, is what it is.
func TestServersThatGoWhileWeJoin(t *testing.T) {
	reset := errors.New("connection reset by peer")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		servers Servers
		ctx     context.Context
		lost    bool
	}{
		"joined":      {&infra.Servers{}, t.Context(), true},
		"interrupted": {&infra.Servers{}, ended, false},
		"our own":     {owned{}, t.Context(), false},
		"elsewhere":   {nil, t.Context(), false},
	} {
		err := (&Session{Servers: c.servers}).joining(c.ctx, reset)
		if !errors.Is(err, reset) || errors.Is(err, ErrLost) != c.lost {
			t.Errorf("%s: %v", name, err)
		}
	}
}
