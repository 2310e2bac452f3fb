package bench

import (
	"context"
	"errors"
	"time"
)

// peer is a side of one Python process, or of several that work side by side.
type peer struct {
	python  *Python
	name    string
	workers []*process
}

// Peer readies copies of a script for one request, each with so many threads. How is what the peer's name says beside its
// version, such as compiled.
func (p *Python) Peer(s Script, how string, copies, threads int, request any) func(context.Context) (Side, error) {
	return func(ctx context.Context) (Side, error) {
		side := &peer{python: p}
		for range copies {
			w, err := p.take(ctx, s, threads)
			if err != nil {
				side.Close()
				return nil, err
			}
			side.workers = append(side.workers, w)
		}
		side.name = side.workers[0].name
		if how != "" {
			side.name += " " + how
		}
		if err := side.prepare(ctx, request); err != nil {
			side.Close()
			return nil, err
		}
		return side, nil
	}
}

// prepare readies one copy after the other: the first leaves compiled code to the next.
func (s *peer) prepare(ctx context.Context, request any) error {
	for _, w := range s.workers {
		a, err := w.ask(ctx, map[string]any{"prepare": request})
		if err != nil {
			return err
		}
		if !a.Ready {
			return errors.New(s.name + " doesn't get ready")
		}
		if a.Seconds > longReady {
			s.python.say("%s was ready after %.0f s", s.name, a.Seconds)
		}
	}
	return nil
}

// longReady is the time of getting ready that a person wonders about, in seconds.
const longReady = 5

// Name is what the peer calls itself.
func (s *peer) Name() string { return s.name }

// Round asks all copies at once.
func (s *peer) Round(ctx context.Context, d time.Duration) (float64, error) {
	return together(len(s.workers), func(i int) (float64, error) {
		a, err := s.workers[i].ask(ctx, map[string]any{"seconds": d.Seconds()})
		if err == nil && !(a.Seconds > 0) {
			err = errors.New(s.name + " gives no time")
		}
		return a.Seconds, err
	})
}

// Close keeps the processes for the next case.
func (s *peer) Close() {
	for _, w := range s.workers {
		s.python.giveBack(w)
	}
}
