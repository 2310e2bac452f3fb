package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Renew gives the claim its full time again, even after it lapsed, as long as nobody took it. It fails with
// ErrClaimLost where somebody did; other errors say that the store can't be reached, and the claim may still hold.
func (c *Claim) Renew(ctx context.Context) error { return c.hold(ctx, c.ttl) }

// Release lets the claim lapse at once. Losing it is no error any more.
func (c *Claim) Release(ctx context.Context) error {
	if err := c.hold(ctx, 0); !errors.Is(err, ErrClaimLost) {
		return err
	}
	return nil
}

// Keep renews the claim three times in its time until the context ends, through any outage of the store. It returns
// nil then, and ErrClaimLost where somebody took the claim.
func (c *Claim) Keep(ctx context.Context) error {
	tick := time.NewTicker(max(c.ttl/3, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := c.Renew(ctx); errors.Is(err, ErrClaimLost) {
				return err
			}
		}
	}
}

// hold writes the claim for a time from now on.
func (c *Claim) hold(ctx context.Context, ttl time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := c.body
	next.Seconds, next.Renewal = ttl.Seconds(), next.Renewal+1
	body, err := encode(next)
	if err != nil {
		return err
	}
	for range claimTries {
		etag, ok, putErr := c.store.putIf(ctx, claimName(c.Key), body, c.etag)
		if ok {
			c.body, c.etag = next, etag
			return nil
		}
		there, etag, _, err := c.store.readClaim(ctx, c.Key)
		switch {
		case err != nil:
			return errors.Join(putErr, err)
		case there.Nonce != "" && there.Nonce != c.body.Nonce:
			return fmt.Errorf("%w: action %s is run by %s", ErrClaimLost, c.Key.Short(), there.Owner)
		case putErr != nil && etag == c.etag:
			return putErr
		}
		c.etag = etag // an earlier write of ours whose answer was lost, or nobody's
	}
	return fail("write", claimName(c.Key), errContended)
}
