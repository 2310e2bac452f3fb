package storetest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ziplaw/ziplaw/internal/store"
)

var faultTests = []test{
	{"lost answers", lostAnswers},
	{"lost answer of a claim", lostClaim},
	{"broken bodies", brokenBodies},
	{"outage", outage},
	{"cancellation", cancellation},
}

// fault is a connection that fails in a chosen way.
type fault struct {
	next http.RoundTripper
	trip func(next http.RoundTripper, r *http.Request) (*http.Response, error)
}

func (f fault) RoundTrip(r *http.Request) (*http.Response, error) { return f.trip(f.next, r) }

func (b *bucket) through(trip func(http.RoundTripper, *http.Request) (*http.Response, error)) *store.Store {
	b.Helper()
	c := b.config
	real := &http.Transport{}
	b.Cleanup(real.CloseIdleConnections)
	c.Transport = fault{real, trip}
	return b.open(c)
}

// lose lets n writes under a prefix arrive and loses their answers.
func lose(n int32, prefix string) func(http.RoundTripper, *http.Request) (*http.Response, error) {
	var lost atomic.Int32
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err == nil && r.Method == http.MethodPut && strings.Contains(r.URL.Path, prefix) && lost.Add(1) <= n {
			res.Body.Close()
			return nil, &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by the test")}
		}
		return res, err
	}
}

// lostAnswers publishes while answers are lost: the client's second try is refused by its own first one, or no try is
// ever answered. Either way the attempt has won.
func lostAnswers(b *bucket) {
	for name, n := range map[string]int32{"one": 1, "all": 1000} {
		s := b.through(lose(n, "/actions/")) //nolint:bodyclose // a transport
		rec := b.record("unlucky", name)
		if _, won := b.publish(b.Context(), s, rec); !won {
			b.Errorf("%s lost: the attempt takes itself for another", name)
		}
		if _, won := b.publish(b.Context(), s, b.record("late", name)); won {
			b.Errorf("%s lost: a late attempt has won", name)
		}
	}
}

func lostClaim(b *bucket) {
	s := b.through(lose(3, "/claims/")) //nolint:bodyclose // the same
	c, holder, err := s.Claim(b.Context(), claimed, "unlucky", time.Minute)
	if err != nil || c == nil || c.Token != 1 {
		b.Fatalf("claim %+v, held by %+v, %v", c, holder, err)
	}
	b.check(c.Renew(b.Context()))
	s = b.through(lose(1000, "/claims/")) //nolint:bodyclose // the same
	if other, holder, err := s.Claim(b.Context(), claimed, "other", time.Minute); other != nil || err != nil || holder.Owner != "unlucky" {
		b.Errorf("claim %+v, held by %+v, %v", other, holder, err)
	}
}

// brokenBodies reads over connections that break within the body, twice of three times.
func brokenBodies(b *bucket) {
	id := b.put([]byte(strings.Repeat("body ", 10_000)))
	var n atomic.Int32
	s := b.through(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err == nil && r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/artifacts/") && n.Add(1)%3 != 0 {
			res.Body = struct {
				io.Reader
				io.Closer
			}{io.LimitReader(res.Body, 1000), res.Body}
		}
		return res, err
	})
	if _, err := s.Get(b.Context(), id); err != nil {
		b.Error(err)
	}
	if _, err := s.Get(b.Context(), id); err != nil {
		b.Error(err)
	}
	if err := s.Check(b.Context(), id); !errors.Is(err, io.ErrUnexpectedEOF) {
		b.Errorf("a broken stream: %v", err)
	}
}

// outage wants errors that say what was tried, that tell a network from a bad artifact, and that come soon.
func outage(b *bucket) {
	var down atomic.Bool
	s := b.through(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if down.Load() {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("down for the test")}
		}
		return next.RoundTrip(r)
	})
	id := b.put([]byte("there"))
	down.Store(true)
	start := time.Now()
	_, err := s.Get(b.Context(), id)
	if took := time.Since(start); took > 30*time.Second {
		b.Errorf("an outage is reported after %s", took)
	}
	outage, isNet := errors.AsType[net.Error](err)
	if _, bad := errors.AsType[*store.ArtifactError](err); bad || !isNet || outage == nil || !strings.Contains(err.Error(), at(id)) {
		b.Errorf("outage: %v", err)
	}
	down.Store(false)
	if _, err := s.Get(b.Context(), id); err != nil {
		b.Errorf("after the outage: %v", err)
	}
}

func cancellation(b *bucket) {
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	rec := b.record("canceled", 1)
	before := len(b.names(""))
	for name, f := range map[string]func() error{
		"put":        func() error { _, err := b.store.Put(ctx, []byte("x")); return err },
		"get":        func() error { _, err := b.store.Get(ctx, rec.Outputs[0].ID); return err },
		"check":      func() error { return b.store.Check(ctx, rec.Outputs[0].ID) },
		"exists":     func() error { _, err := b.store.Exists(ctx, rec.Outputs[0].ID); return err },
		"lookup":     func() error { _, _, _, err := b.store.Lookup(ctx, rec.Key); return err },
		"publish":    func() error { _, _, _, err := b.store.Publish(ctx, rec); return err },
		"claim":      func() error { _, _, err := b.store.Claim(ctx, claimed, "x", time.Minute); return err },
		"checkpoint": func() error { return b.store.PutCheckpoint(ctx, run, 1, 1, strings.NewReader("x"), 1) },
		"resume":     func() error { return b.store.Resume(ctx, run, func(store.Checkpoint) bool { return true }) },
		"studies":    func() error { _, err := b.store.ListStudies(ctx); return err },
		"open":       func() error { _, err := store.Open(ctx, b.config); return err },
	} {
		if err := f(); !errors.Is(err, context.Canceled) {
			b.Errorf("%s: %v", name, err)
		}
	}
	if after := len(b.names("")); after != before {
		b.Errorf("%d objects before, %d after", before, after)
	}
}
