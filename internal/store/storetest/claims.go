package storetest

import (
	"context"
	"errors"
	"net/http"
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
	{"of another time", claimOfAnotherTime},
	{"of a process that has ended", claimOfTheDead},
	{"without a clock", claimWithoutAClock},
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
	if first.Token != 1 {
		b.Errorf("token %d", first.Token)
	}
	second, holder, err := b.store.Claim(b.Context(), claimed, "first", time.Minute) // even under the same name
	if second != nil || err != nil || holder.Owner != "first" || holder.Token != 1 {
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
	slow := b.claim("slow", time.Second)
	time.Sleep(3200 * time.Millisecond) // the store's clock shows whole seconds, and may lag by one
	b.check(slow.Renew(b.Context()))    // nobody took it
	time.Sleep(3200 * time.Millisecond)
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
	b.check(b.store.PutCheckpoint(b.Context(), claimed, 7, 10, strings.NewReader("state"), 5))
	b.write("claims/"+string(claimed)+".json", []byte("garbage"))
	if c := b.claim("next", time.Minute); c.Token != 8 {
		b.Errorf("token %d, want 8", c.Token)
	}
}

// claimOfAnotherTime is written by a program whose clock is hours ahead, and by one from before claims had a length.
func claimOfAnotherTime(b *bucket) {
	body := `{"key":"` + string(claimed) + `","owner":"ahead","token":4,"expires":"2099-01-01T00:00:00Z","nonce":"x","renewal":1,"seconds":1}`
	b.write("claims/"+string(claimed)+".json", []byte(body))
	if c, holder, err := b.store.Claim(b.Context(), claimed, "next", time.Minute); c != nil || err != nil || holder.Owner != "ahead" {
		b.Errorf("a claim that was just written: %v, held by %v, %v", c, holder, err)
	}
	time.Sleep(3200 * time.Millisecond)
	if c := b.claim("next", time.Minute); c.Token != 5 {
		b.Errorf("token %d, want 5", c.Token)
	}
	b.write("claims/"+string(claimed)+".json", []byte(`{"key":"`+string(claimed)+`","owner":"old","token":9,"expires":"2099-01-01T00:00:00Z","nonce":"y"}`))
	if c := b.claim("next", time.Minute); c.Token != 10 {
		b.Errorf("token %d, want 10", c.Token)
	}
}

// claimOfTheDead is taken at once by whoever knows that its process has ended.
func claimOfTheDead(b *bucket) {
	dead := b.claim("dead/attempt", time.Minute)
	config := b.config
	config.Gone = func(owner string) bool { return strings.HasPrefix(owner, "dead/") }
	next, holder, err := b.open(config).Claim(b.Context(), claimed, "alive/attempt", time.Minute)
	if err != nil || next == nil || next.Token != 2 {
		b.Fatalf("claim %+v, held by %v, %v", next, holder, err)
	}
	if err := dead.Renew(b.Context()); !errors.Is(err, store.ErrClaimLost) {
		b.Errorf("the dead renews: %v", err)
	}
}

// dateless is a server, or a proxy before it, that doesn't say what time it is.
type dateless struct{ next http.RoundTripper }

func (d dateless) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := d.next.RoundTrip(r)
	if err == nil {
		a.Header.Del("Date")
	}
	return a, err
}

// claimWithoutAClock lapses when it has been seen as it is for its whole time.
func claimWithoutAClock(b *bucket) {
	config, transport := b.config, &http.Transport{}
	b.Cleanup(transport.CloseIdleConnections)
	config.Transport = dateless{transport}
	waiter := b.open(config)
	free := func() bool {
		c, _, err := waiter.Claim(b.Context(), claimed, "waiter", time.Minute)
		b.check(err)
		return c != nil
	}
	owner := b.claim("owner", time.Second)
	time.Sleep(1100 * time.Millisecond)
	if free() {
		b.Error("a claim that was never seen before is taken")
	}
	time.Sleep(600 * time.Millisecond)
	b.check(owner.Renew(b.Context()))
	time.Sleep(600 * time.Millisecond)
	if free() {
		b.Error("a claim that was renewed is taken")
	}
	time.Sleep(1100 * time.Millisecond)
	if !free() {
		b.Error("a claim that isn't renewed is held")
	}
}
