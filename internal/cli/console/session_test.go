package console

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"go.temporal.io/api/serviceerror"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra"
	"github.com/ziplaw/ziplaw/internal/store"
)

// owned are servers of this process.
type owned struct{ Servers }

func (owned) Owned() bool           { return true }
func (owned) Lost() <-chan struct{} { return nil }

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

// others are servers of another process, which have gone where lost is closed.
type others struct {
	Servers
	lost chan struct{}
}

func (others) Owned() bool             { return false }
func (o others) Lost() <-chan struct{} { return o.lost }

// TestServersThatGoWhileWeWork: a run goes on by itself when another process's servers gave no answer and have gone.
func TestServersThatGoWhileWeWork(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		lost bool
	}{
		"no answer in time":   {fmt.Errorf("start study s: %w", context.DeadlineExceeded), true},
		"Temporal is away":    {serviceerror.NewUnavailable("connection refused"), true},
		"the store is away":   {fmt.Errorf("report: %w", &store.Error{Class: store.Outage, Err: errors.New("connection refused")}), true},
		"an answer":           {&ziplaw.Error{Code: ziplaw.CodeStudyRunning, Message: "runs with another spec"}, false},
		"the store refuses":   {&store.Error{Class: store.Refused, Err: errors.New("too large")}, false},
		"nothing went wrong":  {nil, false},
		"the study is failed": {Exit(ExitFailure), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			gone, stays := others{lost: make(chan struct{})}, others{lost: make(chan struct{})}
			time.AfterFunc(3*time.Second, func() { close(gone.lost) })
			if err := (&Session{Servers: gone}).Unanswered(t.Context(), c.err); !errors.Is(err, c.err) || errors.Is(err, ErrLost) != c.lost {
				t.Errorf("%s: %v", name, err)
			}
			for _, servers := range []Servers{stays, owned{}, nil} {
				if err := (&Session{Servers: servers}).Unanswered(t.Context(), c.err); !errors.Is(err, c.err) || errors.Is(err, ErrLost) {
					t.Errorf("%s, of %T: %v", name, servers, err)
				}
			}
		})
	}
}
