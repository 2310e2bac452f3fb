package storetest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

var claimTests = []test{
	{"one holder", oneHolder},
	{"race", raceOfClaims},
	{"taken over", takenOver},
	{"kept", kept},
	{"unreadable", unreadableClaim},
}

var claimed = ziplaw.Key(strings.Repeat("c", 64))

func (b *bucket) claim(owner string, ttl time.Duration) *store.Claim {
	b.Helper()
	c, holder, err := b.store.Claim(b.Context(), claimed, owner, ttl)
	b.check(err)
	if c == nil {
		b.Fatalf("%s: the claim is held by %s", owner, holder)
	}
	return c
}

func oneHolder(b *bucket) {
	first := b.claim("first", time.Minute)
	if first.Token != 1 || time.Until(first.Expires()) < 50*time.Second {
		b.Errorf("token %d, until %s", first.Token, first.Expires())
	}
	second, holder, err := b.store.Claim(b.Context(), claimed, "first", time.Minute) // even under the same name
	if second != nil || err != nil || holder.Owner != "first" || holder.Token != 1 || !holder.Expires.Equal(first.Expires()) {
		b.Errorf("the second claimant has %+v, sees %+v, %v", second, holder, err)
	}
	b.check(first.Renew(b.Context()))
	b.check(first.Release(b.Context()))
	third := b.claim("third", time.Minute)
	if third.Token != 2 {
		b.Errorf("token %d after one attempt", third.Token)
	}
	b.check(first.Release(b.Context())) // of a claim that is no longer its own
	if err := first.Renew(b.Context()); !errors.Is(err, store.ErrClaimLost) || !strings.Contains(err.Error(), "third") {
		b.Errorf("renewal of a released claim: %v", err)
	}
	b.check(third.Renew(b.Context()))
}

func raceOfClaims(b *bucket) {
	for round := int64(1); round <= 3; round++ {
		var all sync.WaitGroup
		winners := make(chan *store.Claim, 16)
		for range cap(winners) {
			all.Go(func() {
				c, holder, err := b.store.Claim(b.Context(), claimed, "racer", time.Minute)
				switch {
				case err != nil:
					b.Error(err)
				case c != nil:
					winners <- c
				case holder.Owner != "racer":
					b.Errorf("held by %+v", holder)
				}
			})
		}
		all.Wait()
		if len(winners) != 1 {
			b.Fatalf("round %d has %d holders", round, len(winners))
		}
		c := <-winners
		if c.Token != round {
			b.Errorf("round %d gives the token %d", round, c.Token)
		}
		b.check(c.Release(b.Context()))
	}
}

func takenOver(b *bucket) {
	slow := b.claim("slow", 50*time.Millisecond)
	time.Sleep(60 * time.Millisecond)
	b.check(slow.Renew(b.Context())) // nobody took it
	time.Sleep(60 * time.Millisecond)
	fast := b.claim("fast", time.Minute)
	if fast.Token != slow.Token+1 {
		b.Errorf("token %d after %d", fast.Token, slow.Token)
	}
	if err := slow.Renew(b.Context()); !errors.Is(err, store.ErrClaimLost) || !strings.Contains(err.Error(), "fast") {
		b.Errorf("renewal of a claim that was taken over: %v", err)
	}
	if err := slow.Keep(b.Context()); !errors.Is(err, store.ErrClaimLost) {
		b.Errorf("keeping a claim that was taken over: %v", err)
	}
}

func kept(b *bucket) {
	c := b.claim("keeper", 2*time.Second)
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error)
	go func() { done <- c.Keep(ctx) }()
	time.Sleep(3 * time.Second)
	if other, holder, err := b.store.Claim(b.Context(), claimed, "other", time.Minute); other != nil || err != nil || holder.Owner != "keeper" {
		b.Errorf("a kept claim is taken: %+v, %+v, %v", other, holder, err)
	}
	cancel()
	if err := <-done; err != nil {
		b.Errorf("keep: %v", err)
	}
}

// unreadableClaim takes a broken claim over, above every token that left a checkpoint.
func unreadableClaim(b *bucket) {
	b.check(b.store.PutCheckpoint(b.Context(), claimed, 7, 10, []byte("state")))
	b.write("claims/"+string(claimed)+".json", []byte("garbage"))
	if c := b.claim("next", time.Minute); c.Token != 8 {
		b.Errorf("token %d, want 8", c.Token)
	}
}
