package attempt

import (
	"context"
	"io"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Store is what an attempt asks of a store. Every method may fail for a while; what it was asked for may have happened all
// the same, and asking again is safe.
type Store interface {
	// Claim takes the right to train a key for a time, with the next fencing token. A nil claim says that somebody else has
	// it, whom holder names.
	Claim(ctx context.Context, key ziplaw.Key, owner string, ttl time.Duration) (c Claim, holder string, err error)
	// Resume offers the checkpoints of a key, the highest step first, until one is taken.
	Resume(ctx context.Context, key ziplaw.Key, take func(store.Checkpoint) bool) error
	PutCheckpoint(ctx context.Context, key ziplaw.Key, token int64, step int, data io.Reader, size int64) error
	// DeleteCheckpoints deletes those up to a step, under the token and lower ones, but for the highest of them.
	DeleteCheckpoints(ctx context.Context, key ziplaw.Key, token int64, step, keep int) error
}

// Claim is the right to train a key.
type Claim interface {
	// Token is the fencing token. No two attempts at a key share one, and later ones are higher.
	Token() int64
	// Keep renews the claim until the context ends, through outages. It returns nil then, and store.ErrClaimLost where
	// somebody took the claim.
	Keep(ctx context.Context) error
	// Release lets the next attempt begin at once.
	Release(ctx context.Context) error
}

// On is the store of attempts that lies on a store of artifacts.
func On(s *store.Store) Store { return stored{s} }

type stored struct{ *store.Store }

func (s stored) Claim(ctx context.Context, key ziplaw.Key, owner string, ttl time.Duration) (Claim, string, error) {
	c, holder, err := s.Store.Claim(ctx, key, owner, ttl)
	if c == nil {
		return nil, holder.Owner, err
	}
	return claimed{c}, holder.Owner, err
}

type claimed struct{ *store.Claim }

func (c claimed) Token() int64 { return c.Claim.Token }
