package bench

import (
	"math"
	"slices"
	"testing"
	"time"
)

// TestProfile: every step's time is in the profile, once.
func TestProfile(t *testing.T) {
	c := trainCase{config: model(8, 2, 30), batch: 2, copies: 2, threads: 1}
	c.config.Context = 16
	s, err := c.ours()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := s.(profiled)
	p.Restart()
	if _, err := s.Round(t.Context(), 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	var share float64
	calls := map[string]float64{}
	for _, o := range p.Profile() {
		share += o.Share
		calls[o.Operation] = o.Calls
	}
	if math.Abs(share-1) > 1e-9 {
		t.Errorf("shares add up to %v", share)
	}
	for operation, want := range map[string]float64{
		"product": 8, "product, inputs' gradient": 8, "product, weights' gradient": 8, "attention": 2, "attention backward": 2, "norm": 5,
		"norm again": 4, "norm backward": 5, "rotary embedding": 4, "swiglu": 2, "swiglu backward": 2, "head and loss, with gradients": 1,
		"embedding": 1, "embedding backward": 2, "adamw": 2, outside: 1,
	} {
		if calls[operation] != want {
			t.Errorf("%s: %v calls, want %v", operation, calls[operation], want)
		}
		delete(calls, operation)
	}
	if len(calls) > 0 {
		t.Errorf("unknown operations %v", calls)
	}
}

// TestSmallCells: all are the grid that --all promises, and a few of them are there without it.
func TestSmallCells(t *testing.T) {
	all, few := smallCells(true), smallCells(false)
	if len(all) != 20 || len(few) < 3 || len(few) > 8 {
		t.Fatalf("%d cells, %d without --all", len(all), len(few))
	}
	for _, c := range few {
		if !slices.Contains(all, c) {
			t.Errorf("%s is not of the grid", c.work())
		}
	}
}

// TestNames of cases are their own.
func TestNames(t *testing.T) {
	p, seen := fakes(t), map[string]bool{}
	for _, w := range Works {
		for _, c := range w.cases(Options{Threads: 2, Rounds: 1, All: true}, p) {
			if seen[c.Work] {
				t.Errorf("two cases are called %s", c.Work)
			}
			seen[c.Work] = true
		}
	}
}

// TestOurSides do their work.
func TestOurSides(t *testing.T) {
	p := fakes(t)
	for _, name := range []string{"matmul", "sample", "measure"} {
		w, _ := Find(name)
		c := w.cases(Options{Threads: 2}, p)[0]
		t.Run(c.Work, func(t *testing.T) {
			s, err := c.Ours()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if seconds, err := s.Round(t.Context(), 0); err != nil || !(seconds > 0) {
				t.Errorf("%v s, %v", seconds, err)
			}
		})
	}
}
